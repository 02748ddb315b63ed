// <elapsed-time><time datetime="…">2 minutes</time></elapsed-time> counts on from that moment: 2:10.
// Live fragments carry the server's words, so each tick reads the moment anew.
import { clock } from "./clock.js"

customElements.define("elapsed-time", class extends HTMLElement {
  connectedCallback() {
    this.show()
    this.timer = setInterval(() => this.show(), 1_000)
  }

  disconnectedCallback() { clearInterval(this.timer) }

  show() {
    const time = this.querySelector("time")
    const since = new Date(time?.dateTime)
    if (!isNaN(since)) time.textContent = clock(Math.max(0, (Date.now() - since) / 1_000))
  }
})
