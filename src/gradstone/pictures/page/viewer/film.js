// A film's page: one frame is shown at a time.
const told = JSON.parse(document.querySelector('script[type="application/json"]').textContent);
const frames = [...document.querySelectorAll(".film figure")];
const show = (step) => {
  frames.forEach((one, k) => (one.hidden = k !== step));
  return [told.words.frame.replace("{k}", step + 1).replace("{count}", frames.length)];
};
if (frames.length > 1) {
  const seconds = Math.min(20, Math.max(2, frames.length * 0.2));
  new Player(document.querySelector(".player"), told.words, frames.length, seconds, show);
}
