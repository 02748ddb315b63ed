// <elapsed-time><time datetime="…">2 minutes</time></elapsed-time> counts on from that moment: 2:10.
// With data-until it counts down to it, in its last hour; once that is over, there is nothing to say.
// Live fragments carry the server's words, so each tick reads the moment anew.
import { clock } from "./clock.js";

customElements.define("elapsed-time", class extends HTMLElement {
  connectedCallback() {
    this.show()
    this.timer = setInterval(() => this.show(), 1_000)
  }

  disconnectedCallback() { clearInterval(this.timer) }

  show() {
    const time = this.querySelector("time")
    const passed = (Date.now() - new Date(time?.dateTime)) / 1_000
    if (isNaN(passed)) return
    if ("until" in this.dataset) this.hidden = passed >= 0
    if (!("until" in this.dataset)) time.textContent = clock(Math.max(0, passed))
    else if (passed > -3_600) time.textContent = clock(-passed)
  }
})
