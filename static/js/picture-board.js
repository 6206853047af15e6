/** <picture-board> around the form of components/board.html: collects the taps and posts once, with the last of them. */
class PictureBoard extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.soFar = this.form.elements.so_far;
    this.ports = [...document.querySelectorAll(".port")];
    this.said = document.querySelector("[data-said]");
    this.form.addEventListener("click", (event) => this.tap(event));
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  tap(event) {
    const picture = event.target.closest("button[name=picture]");
    if (!picture) return;
    const keys = this.soFar.value ? this.soFar.value.split(",") : [];
    if (this.isSent) return event.preventDefault();
    if (keys.length + 1 >= this.ports.length) {
      this.isSent = true; // the browser posts the form with this last picture
      return this.show(this.ports.length);
    }
    event.preventDefault();
    this.soFar.value = [...keys, picture.value].join(",");
    this.show(keys.length + 1);
  }

  show(filled) {
    this.ports.forEach((port, index) => {
      port.classList.toggle("port--on", index < filled);
      port.classList.toggle("port--now", index === filled);
    });
    this.said.textContent = `${filled} of ${this.ports.length} pictures chosen`;
  }
}
customElements.define("picture-board", PictureBoard);
