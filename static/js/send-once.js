/**
 * <send-once> around a form: sends it at once where a person has just come to the page by a link and looks at it; the button
 * stays for everybody else, and for Back. A program that drives a browser, such as a mail scanner, says so and sends nothing.
 */
class SendOnce extends HTMLElement {
  connectedCallback() {
    const [came] = performance.getEntriesByType("navigation");
    if (navigator.webdriver || came?.type !== "navigate") return;
    const look = () => {
      if (this.isSent || document.visibilityState !== "visible" || !document.hasFocus()) return;
      this.isSent = true;
      this.querySelector("form").requestSubmit();
    };
    document.addEventListener("visibilitychange", look);
    addEventListener("focus", look);
    look();
  }
}
customElements.define("send-once", SendOnce);
