// Paths of updates, walked step by step: a marker on each, its numbers below the picture.
class Paths {
  constructor(place, view, panels, words) {
    Object.assign(this, { view });
    this.walks = panels.flatMap((panel) =>
      panel.series
        .filter((series) => series.path !== null && series.x.length)
        .map((series) => ({ panel, series })),
    );
    const all = this.walks.flatMap(({ series }) => series.x.map((_, i) => stepOf(series, i)));
    this.steps = [...new Set(all)].sort((a, b) => a - b);
    if (this.steps.length < 2) return;
    for (const walk of this.walks) {
      walk.marker = view.svg.appendChild(element("circle", { class: "walker" }));
      walk.marker.style.fill = walk.series.colour;
    }
    view.watchers.push(() => this.place());
    const seconds = Math.min(12, Math.max(2, this.steps.length * 0.25));
    this.player = new Player(place, words, this.steps.length, seconds, (at) => this.show(at));
  }

  show(at) {
    const k = this.steps[at];
    for (const walk of this.walks) walk.i = reached(walk.series, k);
    this.place();
    const told = new Map(); // the first panel tells of a path
    for (const walk of this.walks) {
      if (!told.has(walk.series.path)) told.set(walk.series.path, this.line(walk));
    }
    return [...told.values()];
  }

  line({ panel, series, i }) {
    const made = document.createElement("p");
    const dot = made.appendChild(document.createElement("i"));
    dot.style.background = series.colour;
    const told = facts(panel, series, i).map(([name, value]) => `${name} = ${value}`);
    made.append(listed(series.label, told));
    return made;
  }

  /** Markers to where their points now stand. */
  place() {
    for (const { panel, series, i, marker } of this.walks) {
      const shown = !series.off && series.px.length > i && seen(panel, series, i);
      marker.setAttribute("r", shown ? Math.min(6, 6.5 / this.view.scale) : 0);
      marker.setAttribute("stroke-width", 2 / this.view.scale);
      marker.setAttribute("cx", shown ? series.px[i] : 0);
      marker.setAttribute("cy", shown ? series.py[i] : 0);
    }
  }
}

/** A label and what is told of it, as the language of the page lists things. */
function listed(label, told) {
  const [colon, comma] = document.documentElement.lang.startsWith("zh") ? "：，" : [": ", ", "];
  return (label ? label + colon : "") + told.join(comma);
}

/** The last point of a path up to step k. */
function reached(series, k) {
  if (!series.k) return Math.min(k, series.x.length - 1);
  const after = series.k.findIndex((one) => one > k);
  return after < 0 ? series.k.length - 1 : Math.max(0, after - 1);
}
