// Where a range was let go of, told to the server: once, and once more if the server was away meanwhile.

const BACK = "normlab:back"; // the frame's word that the server knows the page again

export class Releases {
  constructor() {
    this.count = 0;
    this.unanswered = null;
    this.tell = () => this.unanswered && this.send(this.unanswered);
    window.addEventListener(BACK, this.tell);
  }

  add(value) {
    this.count += 1;
    this.unanswered = { value, count: this.count };
  }

  // Whether an answer is to an older question; then it must not move what was released since.
  isStale(answered) {
    if (answered >= this.count) this.unanswered = null;
    return answered > 0 && answered < this.count;
  }

  dispose() {
    window.removeEventListener(BACK, this.tell);
  }
}
