"""Arrays in, Plotly figures out. Nothing here computes statistics or knows about a page."""
