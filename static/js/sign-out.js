/** <sign-out> around the sign-out form: leaves nothing of this child in the browser's storage. */
class SignOut extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", () => {
      for (const storage of ["sessionStorage", "localStorage"]) {
        try {
          window[storage].clear();
        } catch {
          // storage is switched off: nothing is kept there
        }
      }
    });
  }
}
customElements.define("sign-out", SignOut);
