// The nearest point of a line, and its numbers in a box beside it.
const [REACH, NEAR] = [28, 10]; // pixels from a point within which it is told; among heights
const SVG = "http://www.w3.org/2000/svg";

/** A number with so many digits, as people write it. */
function digits(value, count = 6) {
  if (value === null || value === undefined) return "–";
  return String(Number(value.toPrecision(count))).replaceAll("-", "−");
}

/** A line of the box beside a point. */
function line(kind, text) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  return made;
}

/** An SVG element with attributes. */
function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** What is told of point i of a series: pairs of a name and a number in words. */
function facts(panel, series, i) {
  const told = [];
  const say = (name, value, names = {}) => told.push([name, names[value] ?? digits(value)]);
  if (series.path !== null) say("k", stepOf(series, i));
  const beside = () => {
    for (const [name, values] of Object.entries(series.columns ?? {})) say(name, values[i]);
  };
  panel.directions.forEach((name, side) => {
    const key = "xyz"[side];
    const last = side === panel.directions.length - 1;
    if (last && series.path === null) beside(); // what is held fixed comes before the height
    say(name || key, series[key][i], panel.names[side]);
  });
  if (series.path !== null) beside();
  return told;
}

/** Where point i of a series stands on its path. */
function stepOf(series, i) {
  return series.k ? series.k[i] : i;
}

/** Places of a series in the picture, by limits and scales of its axes where it brings none. */
function settle(panel, series) {
  if (series.px) return;
  const [left, top, width, height] = panel.box;
  const share = (value, side) => {
    const bend = panel.scales[side] === "log" ? Math.log : Number;
    const [low, high] = panel.limits[side].map(bend);
    return (bend(value) - low) / (high - low);
  };
  series.px = series.x.map((value) => left + width * share(value, 0));
  series.py = series.y.map((value) => top + height * (1 - share(value, 1)));
}

/** The numbers of a place within linear axes, rounded to what so many units tell apart. */
function unsettled(panel, x, y, unit) {
  const [left, top, width, height] = panel.box;
  return [(x - left) / width, 1 - (y - top) / height].map((share, side) => {
    const [low, high] = panel.limits[side];
    const told = ((high - low) / [width, height][side]) * unit;
    const step = 10 ** Math.floor(Math.log10(Math.abs(told)));
    const value = Math.round((low + share * (high - low)) / step) * step;
    return Number(value.toPrecision(12));
  });
}

class Points {
  constructor(sheet, view, panels, words) {
    Object.assign(this, { view, panels, words, found: null });
    this.tip = sheet.querySelector(".tip");
    this.ring = element("circle", { class: "ring", r: 0 });
    view.svg.append(this.ring);
    view.watchers.push(() => this.show(this.found));
    const svg = view.svg;
    svg.addEventListener("pointermove", (event) => this.point(event));
    svg.addEventListener("pointerup", (event) => this.point(event)); // a tap
    svg.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.show(null);
    });
    svg.addEventListener("blur", () => this.show(null));
    svg.addEventListener("keydown", (event) => this.key(event));
    addEventListener("scroll", () => this.show(this.found), { passive: true });
  }

  /** Series that are seen, each with the panel it stands in. */
  *series() {
    for (const panel of this.panels) {
      for (const series of panel.series) if (!series.off) yield [panel, series];
    }
  }

  point(event) {
    this.show(this.view.dragging ? null : this.nearest(this.view.place(event)));
  }

  nearest({ x, y }) {
    let best = { cost: REACH / this.view.scale };
    for (const [panel, series] of this.series()) {
      const handicap = series.path !== null ? 0 : series.label ? 0.01 : 0.02; // where several meet
      for (let i = 0; i < series.px.length; i += 1) {
        const cost = Math.hypot(series.px[i] - x, series.py[i] - y) + handicap;
        if (panel.heights && cost * this.view.scale > NEAR) continue;
        if (cost < best.cost && seen(panel, series, i)) best = { panel, series, i, cost };
      }
    }
    return best.series ? best : this.between({ x, y });
  }

  /** The place itself, where a panel has heights and one there. */
  between({ x, y }) {
    for (const panel of this.panels) {
      if (!panel.heights || !within(panel, x, y)) continue;
      const point = unsettled(panel, x, y, 1 / this.view.scale);
      const height = panel.heights.at(point);
      if (!Number.isNaN(height)) return { panel, x, y, point, height };
    }
    return null;
  }

  show(found) {
    this.found = found && !found.series?.off ? found : null;
    this.tip.hidden = !this.found;
    this.ring.setAttribute("r", this.found?.series ? Math.min(6, 6 / this.view.scale) : 0);
    if (!this.found) return;
    const { panel, series, i } = this.found;
    const { x, y } = series ? { x: series.px[i], y: series.py[i] } : this.found;
    this.ring.setAttribute("cx", x);
    this.ring.setAttribute("cy", y);
    this.ring.setAttribute("stroke-width", 2 / this.view.scale);
    if (series) this.fill(panel, series, i);
    else this.fillHeight(this.found);
    this.beside(this.view.screen(x, y));
  }

  fillHeight({ panel, point, height }) {
    const told = panel.directions.map((name, side) => `${name} = ${digits(point[side])}`);
    told.push(`${panel.heights.name} ≈ ${digits(height, 4)}`);
    this.tip.replaceChildren(...told.map((text) => line("fact", text)));
  }

  fill(panel, series, i) {
    const told = facts(panel, series, i).map(([name, value]) => line("fact", `${name} = ${value}`));
    const k = series.k && series.path === null ? series.k[i] : i;
    const place = this.words.point.replace("{k}", k + 1).replace("{count}", series.count);
    this.tip.replaceChildren(
      ...(series.label ? [line("label", series.label)] : []),
      ...told,
      ...(series.path === null ? [line("place", place)] : []),
    );
  }

  /** The box beside a screen place, within the window. */
  beside({ x, y }) {
    const { width, height } = this.tip.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const left = x + 14 + width < room ? x + 14 : x - 14 - width;
    const top = y - 14 - height > 0 ? y - 14 - height : y + 14;
    this.tip.style.left = `${Math.max(4, Math.min(room - width - 4, left))}px`;
    this.tip.style.top = `${top}px`;
  }

  key(event) {
    if (event.target !== this.view.svg || event.altKey || event.ctrlKey || event.metaKey) return;
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
    const turns = { ArrowDown: 1, ArrowUp: -1 };
    const zooms = { "+": 1.25, "=": 1.25, "-": 0.8 };
    if (event.key in steps) this.along(steps[event.key]);
    else if (event.key in turns) this.across(turns[event.key]);
    else if (event.key in zooms) this.view.zoom(zooms[event.key]);
    else if (event.key === "0") this.view.reset();
    else if (event.key === "Escape") this.show(null);
    else return;
    event.preventDefault();
  }

  /** To the next point of the line that is told. */
  along(step) {
    const { panel, series, i } = this.found ?? {};
    if (!series) return this.across(1);
    const inside = [...series.px.keys()].filter((one) => seen(panel, series, one));
    const at = Math.min(inside.length - 1, Math.max(0, inside.indexOf(i) + step));
    return this.show({ panel, series, i: inside[at] });
  }

  /** To the next line, at the same place in it. */
  across(step) {
    const shown = ([panel, series]) => series.px.some((_, i) => seen(panel, series, i));
    const all = [...this.series()].filter(shown);
    if (!all.length) return;
    const now = all.findIndex(([, series]) => series === this.found?.series);
    const at = now < 0 ? 0 : (now + step + all.length) % all.length;
    const [panel, series] = all[at];
    const wanted = Math.min(this.found?.i ?? 0, series.px.length - 1);
    const first = series.px.findIndex((_, i) => seen(panel, series, i));
    this.show({ panel, series, i: seen(panel, series, wanted) ? wanted : first });
  }
}

/** Whether a point stands within its axes. */
function seen(panel, series, i) {
  return within(panel, series.px[i], series.py[i], 1);
}

/** Whether a place of the picture lies within axes, or so near to them. */
function within({ box: [left, top, width, height] }, x, y, slack = 0) {
  return [[x - left, width], [y - top, height]].every(
    ([from, size]) => from >= -slack && from <= size + slack,
  );
}
