// "Copy link": puts the address of the present view on the clipboard.

const SHOWN_FOR = 2000; // ms that the button says "Copied"

async function copy(text) {
  // The clipboard needs https or localhost; a class on a local network has neither.
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return true;
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.setAttribute("aria-hidden", "true");
  field.style.position = "fixed";
  field.style.opacity = "0";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

function address(without) {
  const link = new URL(window.location.href);
  for (const name of without) link.searchParams.delete(name);
  return without.length ? link.href : window.location.href;
}

export default function ({ parentElement, data }) {
  if (parentElement.querySelector("button")) return undefined;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy link";
  button.title = "A link to this view: all settings are in the address. A file of your own is not.";
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.className = "status";
  parentElement.append(button, status);

  let timer;
  const say = (text) => {
    status.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = ""), SHOWN_FOR);
  };
  const press = async () => {
    let done = false;
    try {
      done = await copy(address(data?.without ?? []));
    } catch {
      done = false;
    }
    say(done ? "Copied" : "Copy it from the address bar");
  };
  button.addEventListener("click", press);
  return () => {
    clearTimeout(timer);
    button.removeEventListener("click", press);
  };
}
