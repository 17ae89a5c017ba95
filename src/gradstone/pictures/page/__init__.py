"""Pictures as pages: one HTML file each, which needs nothing else and asks no network.

`document` is the page of a figure, `film` that of frames; `drawn` is the figure as SVG, `charts`
and `spaces` tell what is in it, in the plane and in space; `follow` marks a line as a path that is
played. `viewer/` holds the script, a file for each part, and the style; they are put into the page
as they are.
"""
