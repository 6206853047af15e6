"""Headless Chromium has no voice (DESIGN.md 17): here is one that writes down what it says, in `spoken`."""

from __future__ import annotations

#: A voice of the device: what it says, how fast, and what is marked meanwhile. `holds`: it goes on until cancelled.
VOICE = """
  window.spoken = [];
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  Object.defineProperty(window, "speechSynthesis", { value: {
    speaking: false, pending: false,
    getVoices: () => [
      { lang: "en-US", localService: true, name: "there" },
      { lang: "en-GB", localService: false, name: "far" },
      { lang: "en-GB", localService: true, name: "here" },
    ],
    speak(said) {
      const marked = [...document.querySelectorAll(".is-read, .is-said")].map(each => each.textContent).join("");
      window.spoken.push({ text: said.text.trim(), voice: said.voice.name, rate: said.rate, marked: marked.trim() });
      this.speaking = true;
      this.now = said;
      if (!window.holds) setTimeout(() => { said.onstart?.({}); this.speaking = false; said.onend?.({}); }, 5);
      else said.onstart?.({});
    },
    cancel() { this.speaking = false; }, addEventListener() {}, removeEventListener() {},
  } });
"""
