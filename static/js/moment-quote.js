// <moment-quote data-start data-end> around the words a link leads to: its button plays them, and what
// is played from there stops where the range ends, once; playing on goes on.
const command = (name, value) =>
  document.dispatchEvent(new CustomEvent("recording:command", { detail: { name, value } }))

customElements.define("moment-quote", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("[data-quote-play]")
    if (this.button && document.querySelector("recording-player")) {
      this.button.hidden = false
      this.button.addEventListener("click", this)
    }
    document.addEventListener("recording:time", this)
    this.isStopping = true
  }

  disconnectedCallback() { document.removeEventListener("recording:time", this) }

  get start() { return Number(this.dataset.start) }
  get end() { return Number(this.dataset.end) }

  handleEvent(event) {
    if (event.type === "click") this.play()
    else this.moved(event.detail)
  }

  play() {
    this.isStopping = true
    command("seek", this.start)
    command("play")
  }

  moved({ time, isPlaying }) {
    if (!this.end || !this.isStopping || !isPlaying || time < this.end) return
    this.isStopping = false
    if (time < this.end + 2) command("toggle")
  }
})
