// A slider with a button that plays it, and a choice of speed.
class Player {
  /** show(step) is called with 0 … count − 1; at speed 1 all of it takes so many seconds. */
  constructor(place, words, count, seconds, show) {
    Object.assign(this, { words, count, seconds, show, timer: 0 });
    this.button = place.appendChild(document.createElement("button"));
    this.button.type = "button";
    this.slider = place.appendChild(document.createElement("input"));
    Object.assign(this.slider, { type: "range", min: 0, max: count - 1, step: 1, value: 0 });
    this.slider.setAttribute("aria-label", words.step);
    this.speed = place.appendChild(this.speeds());
    this.told = place.appendChild(document.createElement("output"));
    this.button.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
    this.slider.addEventListener("input", () => {
      this.pause();
      this.go(this.slider.valueAsNumber);
    });
    place.hidden = false;
    this.pause();
    this.go(0);
  }

  speeds() {
    const made = document.createElement("select");
    made.setAttribute("aria-label", this.words.speed);
    const known = { "¼×": 0.25, "½×": 0.5, "1×": 1, "2×": 2, "4×": 4 };
    for (const [text, value] of Object.entries(known)) {
      made.append(new Option(text, value, value === 1, value === 1));
    }
    return made;
  }

  go(step) {
    this.slider.value = step;
    this.told.replaceChildren(...this.show(step));
    this.slider.setAttribute("aria-valuetext", this.told.textContent);
  }

  play() {
    const first = this.slider.valueAsNumber;
    let at = first >= this.count - 1 ? 0 : first;
    let before = performance.now();
    const pace = (this.count - 1) / (1000 * this.seconds); // steps a millisecond
    const next = (now) => {
      at += (now - before) * pace * this.speed.value;
      before = now;
      this.go(Math.min(this.count - 1, Math.floor(at)));
      if (at >= this.count - 1) this.pause();
      else this.timer = requestAnimationFrame(next);
    };
    this.timer = requestAnimationFrame(next);
    this.button.textContent = this.words.pause;
  }

  pause() {
    cancelAnimationFrame(this.timer);
    this.timer = 0;
    this.button.textContent = this.words.play;
  }
}
