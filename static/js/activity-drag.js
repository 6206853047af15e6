/**
 * <activity-drag> in the form of an activity: carries a card to its place with finger, pen or mouse. Letting it go there
 * presses the button (or ticks the box) that does the same: nothing can be done that a tap or a key cannot do.
 * [data-drag]: what may be carried. [data-drop]: where to; its value is the id of the control, empty for itself or, where
 * it is none, for what was carried.
 */
const FAR = 9; // px: less is a tap

class ActivityDrag extends HTMLElement {
  connectedCallback() {
    this.addEventListener("pointerdown", (event) => this.take(event));
    this.addEventListener("pointermove", (event) => this.carry(event));
    this.addEventListener("pointerup", (event) => this.letGo(event));
    this.addEventListener("pointercancel", () => this.back());
  }

  take(event) {
    const card = event.target.closest("[data-drag]");
    const control = event.target.closest("button, label");
    if (!card || event.button || (control && control !== card)) return;
    this.card = card;
    this.from = [event.clientX, event.clientY];
  }

  carry(event) {
    if (!this.card) return;
    const [x, y] = [event.clientX - this.from[0], event.clientY - this.from[1]];
    if (!this.isCarried && Math.hypot(x, y) < FAR) return;
    if (!this.isCarried) this.setPointerCapture(event.pointerId);
    this.isCarried = true;
    this.card.classList.add("is-carried");
    this.card.style.translate = `${x}px ${y}px`;
    this.aim(this.under(event));
  }

  letGo(event) {
    const [card, place] = [this.card, this.isCarried && this.under(event)];
    this.back();
    if (!place) return;
    const named = place.dataset.drop && document.getElementById(place.dataset.drop);
    (named || (place.matches("button") ? place : card)).click();
  }

  back() {
    this.card?.classList.remove("is-carried");
    if (this.card) this.card.style.translate = "";
    this.aim(null);
    this.card = this.isCarried = null;
  }

  under(event) {
    return document.elementsFromPoint(event.clientX, event.clientY)
      .filter((each) => !this.card.contains(each))
      .map((each) => each.closest("[data-drop]"))
      .find((each) => each && this.contains(each));
  }

  aim(place) {
    this.querySelectorAll(".is-aim").forEach((each) => each.classList.toggle("is-aim", each === place));
    place?.classList.add("is-aim");
  }
}
customElements.define("activity-drag", ActivityDrag);
