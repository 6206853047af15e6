/**
 * <send-once> around a form: sends it at once where a person has just come to the page by a link and looks at it; the button
 * stays for everybody else, and for Back. A program that drives a browser, such as a mail scanner, says so and sends nothing.
 */
class SendOnce extends HTMLElement {
  connectedCallback() {
    if (navigator.webdriver || performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
    this.look = () => {
      if (document.visibilityState !== "visible" || !document.hasFocus()) return;
      this.disconnectedCallback();
      this.querySelector("form").requestSubmit();
    };
    document.addEventListener("visibilitychange", this.look);
    addEventListener("focus", this.look);
    this.look();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.look);
    removeEventListener("focus", this.look);
  }
}
customElements.define("send-once", SendOnce);
