// Entries of legends as switches of what they name.
class Legend {
  constructor(view, entries, panels, words, changed) {
    Object.assign(this, { panels, changed });
    for (const entry of entries) view.svg.append(this.button(entry, words));
  }

  button(entry, words) {
    const [x, y, width, height] = entry.box;
    const label = words.show.replace("{label}", entry.label);
    const made = element("rect", {
      x, y, width, height, rx: 2, class: "entry",
      tabindex: 0, role: "switch", "aria-checked": true, "aria-label": label,
    });
    made.addEventListener("click", () => this.turn(made, entry));
    made.addEventListener("dblclick", (event) => event.stopPropagation());
    made.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.turn(made, entry);
    });
    return made;
  }

  turn(button, entry) {
    const off = button.getAttribute("aria-checked") === "true";
    button.setAttribute("aria-checked", !off);
    for (const name of entry.marks) document.getElementById(name)?.classList.toggle("off", off);
    for (const panel of this.panels) {
      for (const one of [...panel.series, ...(panel.surfaces ?? []), ...(panel.nets ?? [])]) {
        const names = one.ids ?? [one.id];
        if (names.some((name) => entry.marks.includes(name))) one.off = off;
      }
    }
    this.changed();
  }
}
