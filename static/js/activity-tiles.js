/** <activity-tiles pull="3"> in the form of word tiles: shows what is built with each tap, and keeps to so many words. */
class ActivityTiles extends HTMLElement {
  connectedCallback() {
    this.pull = Number(this.getAttribute("pull"));
    this.built = this.querySelector(".built");
    this.taken = [...this.querySelectorAll("input:checked")];
    this.addEventListener("change", (event) => this.tap(event.target));
  }

  tap(input) {
    const others = this.taken.filter((each) => each !== input && each.checked);
    this.taken = input.checked ? [...others, input] : others;
    if (this.pull && this.taken.length > this.pull) this.taken.shift().checked = false;
    const boxes = [...this.querySelectorAll("input:checked")];
    this.built.replaceChildren(...boxes.map((each) => {
      const tile = document.createElement("span");
      tile.append(...[...each.nextElementSibling.childNodes].map((part) => part.cloneNode(true)));
      return tile;
    }));
  }
}
customElements.define("activity-tiles", ActivityTiles);
