"""The lesson that others begin with. It passes the check, and shows every directive once."""

from __future__ import annotations

from typing import Final

PICTURE: Final = "pictures/distance-shares.png"

LESSON: Final = """\
---
title: {{quoted}}
summary: One sentence that says what the reader learns.
minutes: 6
level: beginner
objectives:
  - Compute how much of a distance one feature owns
  - Predict what scaling does before trying it
prerequisites: []
authors: []
sources: []
---

# {{title}}

:::{objectives}
:::

Write the text here. A {term}`feature` measured in big numbers weighs more than one measured in small numbers. Between
two wines, proline owns {value}`distance_share(data=wine, feature=proline)` of the squared distance.

:::{figure} pictures/distance-shares.png
:alt: Thirteen bars, one for each measurement of the wines. Only the last one, proline, stands out from the axis.
Who owns the squared distance between two wines.
:::

:::{lab} distances
:data: Wine
:scaler: No scaling
:lock: data
:parts: figure
Switch the scaler, and watch the bar of proline.
:::

## Say it before you see it

:::{predict} vote-after-standardization
A vote among the five nearest wines names the grape of {value}`knn_accuracy(data=wine, scaler=none)` of the unseen
wines. What happens when every feature is standardized first?

- [ ] It gets worse.
  > Proline helped, but the other twelve features were hardly heard.
- [ ] Hardly anything changes.
- [x] It gets much better.

:measured: knn_accuracy(data=wine, scaler=standard)

Twelve features are heard for the first time.
:::

:::{note} Where this does not matter
Least squares gives the same predictions on every scale.
:::

:::{tip} In practice
Fit the scaler on the training rows only.
:::

:::{warning} Not a rule
Standardizing can also make things worse, as the exercise shows.
:::

## One number first, then the formula

Two samples differ by 3 and by 4 standard deviations in two features. Squared and added, that is $9 + 16 = 25$.

$$
d^2 = \\sum_j \\left( \\frac{x_j - y_j}{\\sigma_j} \\right)^2
$$

:::{code} python
:caption: The same in NumPy.
distance = np.sqrt((((x - y) / sigma) ** 2).sum())
:::

:::{quiz} numeric
:name: three-and-four
What is the standardized distance?

:answer: 5
:tolerance: 0.01
:feedback: Yes, the root of 25.
:otherwise: Square both differences, add them, and take the root.
:::

:::{quiz} single
:name: who-cares
Which model gives the same predictions on raw and on standardized features?

- [x] Least squares.
  > Yes. Each coefficient absorbs the range of its feature.
- [ ] A vote among nearest neighbours.
  > It adds up squared differences, and those come in the features' units.
:::

## Try it

:::{exercise}
Choose *Digits* in the laboratory. Does the vote improve there too?

:::{hint}
Look at the pixels at the border, which are almost always empty.
:::

:::{solution}
It goes from {value}`knn_accuracy(data=digits, scaler=none)` to {value}`knn_accuracy(data=digits, scaler=standard)`.
:::
:::

:::{claim} always-standardize
:by: Many tutorials
:verdict: overstated
:test: distances
Features should always be standardized.

It depends on the model, and on whether the features share a unit.
:::

:::{instructor}
Ask for hands before the prediction is revealed.
:::

:::{keypoints}
- Whoever has the big numbers owns the distance.
- Scaling is a choice about what counts.
:::

[The laboratory of this lesson](page:distances)
"""
