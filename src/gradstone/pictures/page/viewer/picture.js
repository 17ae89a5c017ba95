// A picture's page: its parts are put together. What is in it comes as JSON beside this script.
const told = JSON.parse(document.querySelector('script[type="application/json"]').textContent);
const sheet = document.querySelector(".sheet");
const canvas = sheet.querySelector("canvas");
const svg = sheet.querySelector("svg");
const view = new View(svg);

let asked = 0;
const draw = () => {
  asked = 0;
  if (!spaces.length) return;
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const dense = devicePixelRatio;
  [canvas.width, canvas.height] = [Math.round(width * dense), Math.round(height * dense)];
  const pen = canvas.getContext("2d");
  const { a, e, f } = svg.getScreenCTM();
  pen.setTransform(a * dense, 0, 0, a * dense, (e - left) * dense, (f - top) * dense);
  for (const one of spaces) one.draw(pen);
};
const refresh = () => {
  asked ||= requestAnimationFrame(draw);
  points.show(points.found);
  paths.place();
};

const spaces = told.spaces.map((one) => new Space(one, view, told.words, () => refresh()));
const flat = told.charts.map((one) => ({
  ...one,
  directions: [one.x, one.y],
  heights: one.heights && new Heights(one.heights),
}));
for (const one of flat) for (const series of one.series) settle(one, series);
const panels = [...flat, ...spaces];
const place = document.querySelector(".player");
const paths = new Paths(place, view, panels, told.words);
const points = new Points(sheet, view, panels, told.words);
new Legend(view, told.legends, panels, told.words, () => refresh());
view.watchers.push((what) => {
  if (what === "reset") for (const one of spaces) one.aim();
  refresh();
});
new ResizeObserver(() => refresh()).observe(svg);
addEventListener("beforeprint", draw);
draw();
