// Axes in space, drawn by the painter's algorithm: far faces first, lines and points on top.
const FINE = 10000; // as in spaces.py: a side of the box in units of the corners
const EYE = 10; // how far the eye stands from the middle of the box
const FAINT = "#dcdcdc";
const PANE = "#f5f5f5";
const INK = "#000000";
const SOFT = "#555555";

class Space {
  constructor(told, view, words, changed) {
    Object.assign(this, told, { view, changed, directions: told.labels });
    this.first = { elevation: told.elevation, azimuth: told.azimuth };
    for (const one of told.surfaces) this.measure(one);
    const [x, y, width, height] = told.box;
    const area = element("rect", {
      x, y, width, height, class: "space", tabindex: 0, role: "application",
      "aria-label": words.space,
    });
    view.svg.prepend(area);
    view.turns.push((place) => (inside(told.box, place) ? (dx, dy) => this.turn(dx, dy) : null));
    view.watchers.push((what) => what === "reset" && Object.assign(this, this.first));
    area.addEventListener("keydown", (event) => this.key(event));
    this.aim();
  }

  /** Corners of a surface as numbers from −½ to ½, times the sides of the box. */
  measure(surface) {
    surface.corners = [];
    for (let i = 0; i < surface.points.length; i += 3) {
      surface.corners.push(this.aspect.map((side, j) => (side * surface.points[i + j]) / FINE));
    }
  }

  key(event) {
    const turns = { ArrowLeft: [5, 0], ArrowRight: [-5, 0], ArrowUp: [0, 5], ArrowDown: [0, -5] };
    if (!(event.key in turns)) return;
    event.preventDefault();
    const [azimuth, elevation] = turns[event.key];
    this.lean(azimuth, elevation);
  }

  turn(dx, dy) {
    const degrees = 180 / Math.min(this.box[2], this.box[3]);
    this.lean(-dx * degrees, dy * degrees);
  }

  lean(azimuth, elevation) {
    this.azimuth += azimuth;
    this.elevation = Math.min(90, Math.max(-90, this.elevation + elevation));
    this.aim();
    this.changed();
  }

  /** The directions right, up and towards the eye, and where the points of all series stand. */
  aim() {
    const [e, a] = [(this.elevation * Math.PI) / 180, (this.azimuth * Math.PI) / 180];
    const [ce, se, ca, sa] = [Math.cos(e), Math.sin(e), Math.cos(a), Math.sin(a)];
    this.right = [-sa, ca, 0];
    this.up = [-se * ca, -se * sa, ce];
    this.eye = [ce * ca, ce * sa, se];
    this.unit = (Math.min(this.box[2], this.box[3]) / 2 - 12) / (0.48 * Math.hypot(...this.aspect));
    for (const series of this.series) {
      const { x, y, z } = series;
      const places = x.map((_, i) => this.at(this.scaled([x[i], y[i], z[i]])));
      series.px = places.map((one) => one[0]);
      series.py = places.map((one) => one[1]);
    }
  }

  /** A point of the data as a point of the box. */
  scaled(point) {
    return point.map((value, j) => {
      const [low, high] = this.limits[j];
      return this.aspect[j] * ((value - low) / (high - low) - 0.5);
    });
  }

  /** Where a point of the box stands in the picture, and how near the eye it is. */
  at(point) {
    const depth = dot(point, this.eye);
    const size = (this.unit * EYE) / (EYE - depth);
    const [x, y, width, height] = this.box;
    const [across, up] = [size * dot(point, this.right), size * dot(point, this.up)];
    return [x + width / 2 + across, y + height / 2 - up, depth];
  }

  draw(pen) {
    pen.lineJoin = "round";
    if (this.shown) this.frame(pen);
    this.paint(pen);
    for (const one of this.series) if (!one.off) this.line(pen, one);
    for (const one of this.texts) {
      this.write(pen, one.text, this.at(this.scaled(one.at)), one.size, one.colour);
    }
  }

  // The box --------------------------------------------------------------------------------------
  frame(pen) {
    const back = this.eye.map((one, j) => (one > 0 ? -0.5 : 0.5) * this.aspect[j]);
    const corner = (...sides) => sides.map((sign, j) => sign * back[j]);
    for (const j of [0, 1, 2]) {
      const flat = [[1, 1], [1, -1], [-1, -1], [-1, 1]];
      const pane = flat.map(([p, q]) => this.at(corner(...[p, q].toSpliced(j, 0, 1))));
      outline(pen, pane, true);
      Object.assign(pen, { fillStyle: PANE, strokeStyle: FAINT, lineWidth: 0.8 });
      pen.fill();
      pen.stroke();
    }
    this.edges(back).forEach((edge, j) => this.axis(pen, j, edge, back));
  }

  /** The edge of the box on which each direction's numbers stand: its two other coordinates. */
  edges(back) {
    const [x, y, z] = back;
    const sides = [[-x, y, 0], [x, -y, 0]]; // of the upright edges beside the back one
    const [one, other] = sides.map((side) => this.at(side)[0]);
    return [[0, -y, z], [-x, 0, z], one > other ? sides[0] : sides[1]];
  }

  axis(pen, j, edge, back) {
    const on = (value, base = edge) => base.with(j, value);
    const half = this.aspect[j] / 2;
    const [start, end] = [this.at(on(-half)), this.at(on(half))];
    for (const [value] of this.ticks[j]) {
      const place = this.scaled(this.limits.map(([low]) => low).with(j, value))[j];
      for (const other of [0, 1, 2].filter((one) => one !== j)) { // grid lines on two back panes
        const from = on(place, back);
        outline(pen, [this.at(from), this.at(from.with(other, -back[other]))]);
        Object.assign(pen, { strokeStyle: FAINT, lineWidth: 0.7 });
        pen.stroke();
      }
    }
    outline(pen, [start, end]);
    Object.assign(pen, { strokeStyle: SOFT, lineWidth: 0.9 });
    pen.stroke();
    this.numbers(pen, j, on);
  }

  numbers(pen, j, on) {
    const middle = this.at(on(0));
    const out = this.outward(j, on, middle);
    const away = ([x, y], far) => [x + far * out[0], y + far * out[1]];
    for (const [value, label] of this.ticks[j]) {
      const low = this.limits.map(([least]) => least).with(j, value);
      const place = this.at(on(this.scaled(low)[j]));
      outline(pen, [place, away(place, 4)]);
      pen.stroke();
      this.write(pen, label, away(place, 13), 9, INK);
    }
    pen.font = font(11);
    const reach = (pen.measureText(this.labels[j]).width / 2) * Math.abs(out[0]);
    const far = Math.max(j === 2 ? 36 : 30, 22 + reach); // beyond the numbers, whole
    this.write(pen, this.labels[j], away(middle, far), 11, INK);
  }

  /** The direction in the picture that leads from the box, across an edge. */
  outward(j, on, middle) {
    const [a, b] = [this.at(on(-0.5)), this.at(on(0.5))];
    const [x, y, width, height] = this.box;
    const across = [a[1] - b[1], b[0] - a[0]];
    const length = Math.hypot(...across) || 1;
    const from = [middle[0] - x - width / 2, middle[1] - y - height / 2];
    const sign = across[0] * from[0] + across[1] * from[1] < 0 ? -1 : 1;
    return across.map((one) => (sign * one) / length);
  }

  write(pen, text, [x, y], size, colour) {
    pen.font = font(size);
    Object.assign(pen, { fillStyle: colour, textAlign: "center", textBaseline: "middle" });
    pen.fillText(text, x, y);
  }

  // What is in it --------------------------------------------------------------------------------
  paint(pen) {
    const pieces = [];
    for (const one of this.surfaces) if (!one.off) pieces.push(...this.faces(one));
    for (const one of this.nets) if (!one.off) pieces.push(...this.threads(one));
    pieces.sort((a, b) => a.depth - b.depth);
    for (const { places, fill, edge, width } of pieces) {
      outline(pen, places, Boolean(fill));
      Object.assign(pen, { fillStyle: fill, strokeStyle: edge, lineWidth: width });
      if (fill) pen.fill();
      pen.stroke(); // of the face's own colour too: no gaps between faces
    }
  }

  *faces({ corners, faces, palette, colours, edge, width }) {
    const places = corners.map((one) => this.at(one));
    for (const [n, face] of faces.entries()) {
      const own = face.map((i) => places[i]);
      const fill = `#${palette[colours[n] ?? colours[0]]}`;
      const seam = fill.length < 9 ? fill : "#0000"; // on clear faces it would be seen
      yield {
        places: own, depth: mean(own), fill, edge: edge ? `#${edge}` : seam, width: width || 0.6,
      };
    }
  }

  *threads({ lines, palette, colours, width }) {
    for (const [n, line] of lines.entries()) {
      const places = [];
      for (let i = 0; i < line.length; i += 3) {
        const whole = line.slice(i, i + 3);
        places.push(this.at(whole.map((one, j) => (this.aspect[j] * one) / FINE)));
      }
      const edge = `#${palette[colours[n] ?? colours[0]]}`;
      for (let i = 1; i < places.length; i += 1) {
        const own = places.slice(i - 1, i + 1);
        yield { places: own, depth: mean(own), fill: "", edge, width };
      }
    }
  }

  line(pen, series) {
    const places = series.px.map((x, i) => [x, series.py[i]]);
    if (series.kind === "line" && series.dash[0] !== -1) {
      Object.assign(pen, { strokeStyle: series.colour, lineWidth: series.width });
      pen.setLineDash(series.dash);
      outline(pen, places);
      pen.stroke();
      pen.setLineDash([]);
    }
    if (series.marker) this.markers(pen, series, places);
  }

  markers(pen, { marker, size, face, edge, around, colours, marked }, places) {
    for (const i of marked ?? places.keys()) {
      const fill = colours?.length ? `#${colours[i]}` : face;
      Object.assign(pen, { fillStyle: fill, strokeStyle: around, lineWidth: edge });
      shape(pen, marker, places[i], size / 2);
      if (fill) pen.fill();
      if (around && edge) pen.stroke();
    }
  }
}

/** A path through places, drawn by who calls. */
function font(size) {
  return `${size}px system-ui, "DejaVu Sans", "Noto Sans CJK SC", sans-serif`;
}

function outline(pen, places, closed = false) {
  pen.beginPath();
  for (const [x, y] of places) pen.lineTo(x, y);
  if (closed) pen.closePath();
}

/** The outline of a marker: a polygon, or a circle for all others. */
function shape(pen, marker, [x, y], r) {
  const corners = {
    s: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
    "^": [[0, -1.2], [1.1, 0.9], [-1.1, 0.9]],
    v: [[0, 1.2], [1.1, -0.9], [-1.1, -0.9]],
    ">": [[1.2, 0], [-0.9, 1.1], [-0.9, -1.1]],
    D: [[0, -1.4], [1.4, 0], [0, 1.4], [-1.4, 0]],
    d: [[0, -1.4], [0.85, 0], [0, 1.4], [-0.85, 0]],
    X: [[-1, -0.5], [-0.5, -1], [0, -0.5], [0.5, -1], [1, -0.5], [0.5, 0], [1, 0.5], [0.5, 1],
      [0, 0.5], [-0.5, 1], [-1, 0.5], [-0.5, 0]],
    P: [[-0.4, -1], [0.4, -1], [0.4, -0.4], [1, -0.4], [1, 0.4], [0.4, 0.4], [0.4, 1], [-0.4, 1],
      [-0.4, 0.4], [-1, 0.4], [-1, -0.4], [-0.4, -0.4]],
    "*": [...Array(10).keys()].map((n) => {
      const [far, angle] = [n % 2 ? 0.4 : 1, (n * Math.PI) / 5];
      return [far * Math.sin(angle), -far * Math.cos(angle)];
    }),
  }[marker];
  pen.beginPath();
  if (corners) for (const [p, q] of corners) pen.lineTo(x + r * p, y + r * q);
  else pen.arc(x, y, r, 0, 2 * Math.PI);
  pen.closePath();
}

function inside([x, y, width, height], place) {
  return place.x >= x && place.x <= x + width && place.y >= y && place.y <= y + height;
}

function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** The mean depth of places. */
function mean(places) {
  return places.reduce((sum, one) => sum + one[2], 0) / places.length;
}
