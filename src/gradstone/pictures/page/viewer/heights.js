// A function over a rectangle, known on a grid: its height at any place.
class Heights {
  constructor({ name, x, y, columns, values }) {
    Object.assign(this, { name, sides: [x, y] });
    this.values = values.map((one) => one ?? NaN);
    this.counts = [columns, values.length / columns];
  }

  /** The height at a point by cubic convolution, beside a hole linearly; NaN for none. */
  at(point) {
    const cells = point.map((value, side) => {
      const [low, high] = this.sides[side];
      const place = ((value - low) / (high - low)) * (this.counts[side] - 1);
      const cell = Math.min(this.counts[side] - 2, Math.max(0, Math.floor(place)));
      return [cell, place - cell];
    });
    if (cells.some(([, share]) => share < -1e-9 || share > 1 + 1e-9)) return NaN;
    const smooth = this.mean(cells, cubic, -1);
    const found = Number.isNaN(smooth) ? this.mean(cells, linear, 0) : smooth;
    const [[i], [j]] = cells;
    const corners = [[i, j], [i + 1, j], [i, j + 1], [i + 1, j + 1]].map((one) => this.value(one));
    const size = Math.max(...corners.map(Math.abs));
    return Math.abs(found) < 1e-6 * size ? 0 : found; // less is rounding
  }

  mean([[i, across], [j, up]], weights, first) {
    let sum = 0;
    weights(up).forEach((high, b) => {
      weights(across).forEach((wide, a) => {
        sum += high * wide * this.value([i + a + first, j + b + first]);
      });
    });
    return sum;
  }

  /** A value of the grid; beyond its edge the parabola through the last three goes on. */
  value(place) {
    const side = place.findIndex((one, k) => one < 0 || one >= this.counts[k]);
    if (side < 0) return this.values[place[1] * this.counts[0] + place[0]];
    const inward = place[side] < 0 ? 1 : -1;
    const [a, b, c] = [1, 2, 3].map((k) => this.value(place.with(side, place[side] + k * inward)));
    return 3 * a - 3 * b + c;
  }
}

function linear(t) {
  return [1 - t, t];
}

/** Keys 1981, a = −1/2: exact for parabolas. */
function cubic(t) {
  return [
    (-t + 2 * t ** 2 - t ** 3) / 2,
    (2 - 5 * t ** 2 + 3 * t ** 3) / 2,
    (t + 4 * t ** 2 - 3 * t ** 3) / 2,
    (t ** 3 - t ** 2) / 2,
  ];
}
