/** <activity-show> in the form of an activity: shows at once what a tap uncovers ([data-shows]: its id), before it is saved. */
class ActivityShow extends HTMLElement {
  connectedCallback() {
    this.closest("form").addEventListener("submit", (event) => {
      const shown = document.getElementById(event.submitter?.dataset.shows);
      if (!shown) return;
      shown.hidden = false;
      if (!event.submitter.contains(shown)) event.submitter.classList.add("vh"); // it stays: it carries the answer
    });
  }
}
customElements.define("activity-show", ActivityShow);
