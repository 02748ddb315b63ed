// <recording-status stage="video-ready transcript-processing"> is replaced by the live stream at each
// step; when what is ready has changed, the page around it is told to fetch itself again.
customElements.define("recording-status", class extends HTMLElement {
  static observedAttributes = ["stage"]

  attributeChangedCallback(_, before, now) {
    if (before === null || before === now) return
    this.closest("#recording")?.dispatchEvent(new CustomEvent("recording:moved"))
  }
})
