/**
 * <sign-out> around the sign-out form: leaves nothing of this child in the browser's storage. That this tablet has no
 * voice, and that a grown-up has been told so, is about no child and stays (speak-touch.js). What was written offline and
 * waits to be handed over lies locked in a database of its own, and stays too (tell-form.js, lifebuoy.js).
 */
class SignOut extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", () => {
      for (const storage of ["sessionStorage", "localStorage"]) {
        try {
          const told = window[storage].getItem("no-voice");
          window[storage].clear();
          if (told) window[storage].setItem("no-voice", told);
        } catch {
          // storage is switched off: nothing is kept there
        }
      }
    });
  }
}
customElements.define("sign-out", SignOut);
