// What part of a picture is seen: the wheel and two fingers zoom, dragging moves, a double click
// resets. Places are in units of the picture (72 an inch) unless they are called screen places.
const DEEPEST = 40;

class View {
  constructor(svg) {
    this.svg = svg;
    const { x, y, width, height } = svg.viewBox.baseVal;
    this.whole = { x, y, width, height };
    this.seen = { ...this.whole };
    this.turns = []; // functions of a place: who takes the drag that begins there, or nothing
    this.watchers = [];
    this.fingers = new Map();
    svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    svg.addEventListener("dblclick", () => this.reset());
    svg.addEventListener("pointerdown", (event) => this.down(event));
    svg.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) {
      svg.addEventListener(end, (event) => this.up(event));
    }
  }

  get depth() {
    return this.whole.width / this.seen.width;
  }

  /** Pixels of the screen that a unit takes. */
  get scale() {
    return this.svg.getScreenCTM().a;
  }

  get dragging() {
    return this.fingers.size > 0 && this.moved;
  }

  place(event) {
    const point = new DOMPoint(event.clientX, event.clientY);
    return point.matrixTransform(this.svg.getScreenCTM().inverse());
  }

  screen(x, y) {
    return new DOMPoint(x, y).matrixTransform(this.svg.getScreenCTM());
  }

  wheel(event) {
    const turned = event.deltaY * (event.deltaMode ? 16 : 1); // in lines or in pixels
    const factor = Math.exp(-turned * (event.ctrlKey ? 0.01 : 0.002));
    if (factor < 1 && this.depth <= 1) return; // the page scrolls
    event.preventDefault();
    this.zoom(factor, this.place(event));
  }

  zoom(factor, { x, y } = this.middle()) {
    const depth = Math.min(DEEPEST, Math.max(1, this.depth * factor));
    const ratio = this.depth / depth;
    this.see(x - (x - this.seen.x) * ratio, y - (y - this.seen.y) * ratio, depth);
  }

  middle() {
    const { x, y, width, height } = this.seen;
    return { x: x + width / 2, y: y + height / 2 };
  }

  reset() {
    this.see(this.whole.x, this.whole.y, 1);
    for (const one of this.watchers) one("reset");
  }

  /** Show the part with this upper left corner, kept within the picture. */
  see(x, y, depth) {
    const { whole } = this;
    const [width, height] = [whole.width / depth, whole.height / depth];
    const within = (low, value, high) => Math.min(high, Math.max(low, value));
    this.seen = {
      x: within(whole.x, x, whole.x + whole.width - width),
      y: within(whole.y, y, whole.y + whole.height - height),
      width,
      height,
    };
    this.svg.setAttribute("viewBox", `${this.seen.x} ${this.seen.y} ${width} ${height}`);
    this.svg.classList.toggle("zoomed", depth > 1);
    for (const one of this.watchers) one("seen");
  }

  down(event) {
    if (event.button || event.target.closest(".entry")) return;
    this.svg.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, event);
    const place = this.place(event);
    this.turn = this.fingers.size > 1 ? null : this.turns.map((one) => one(place)).find(Boolean);
    this.moved = false;
  }

  drag(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    if (!this.moved && Math.hypot(dx, dy) < 4) return; // a click that trembles
    this.moved = true;
    if (this.fingers.size === 2) this.pinch(event, before);
    else if (this.turn) this.turn(dx / this.scale, dy / this.scale);
    else this.see(this.seen.x - dx / this.scale, this.seen.y - dy / this.scale, this.depth);
    this.fingers.set(event.pointerId, event);
  }

  pinch(event, before) {
    const [other] = [...this.fingers.values()].filter((one) => one.pointerId !== event.pointerId);
    const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    const middle = {
      clientX: (event.clientX + other.clientX) / 2,
      clientY: (event.clientY + other.clientY) / 2,
    };
    this.zoom(apart(event) / Math.max(1, apart(before)), this.place(middle));
  }

  up(event) {
    this.fingers.delete(event.pointerId);
  }
}
