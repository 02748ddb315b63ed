// <recording-timeline data-length="ms">: the lanes. A click seeks, the pointer reads what is said there,
// the head moves with playback (`recording:time`), matches of a search are ticked (`recording:hits`).
import { clock } from "./clock.js";
import { Turns } from "./transcript-turns.js";

const WIDTH = 1200
const MOST_CHARACTERS = 120

class RecordingTimeline extends HTMLElement {
  connectedCallback() {
    this.bars = this.querySelector(".lanes__bars")
    this.words = this.querySelector(".lanes__words")
    this.head = this.querySelector(".lanes__head")
    this.hits = this.querySelector(".lanes__hits")
    for (const type of ["click", "pointermove", "pointerleave"]) this.bars.addEventListener(type, this)
    for (const type of ["recording:time", "recording:hits", "recording:text"]) document.addEventListener(type, this)
    document.dispatchEvent(new CustomEvent("recording:command", { detail: { name: "tell" } }))
  }

  disconnectedCallback() {
    for (const type of ["recording:time", "recording:hits", "recording:text"]) document.removeEventListener(type, this)
  }

  handleEvent(event) {
    if (event.type === "recording:time") this.moveHead(event.detail.time * 1000)
    else if (event.type === "recording:text") this.turns = null
    else if (event.type === "recording:hits") this.tick(event.detail.times)
    else if (event.type === "pointerleave") this.words.textContent = ""
    else if (event.type === "click") this.seek(this.timeUnder(event))
    else this.read(this.timeUnder(event))
  }

  get length() { return Number(this.dataset.length) }

  timeUnder(event) {
    const box = this.bars.getBoundingClientRect()
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * this.length
  }

  seek(ms) {
    document.dispatchEvent(new CustomEvent("recording:command", { detail: { name: "seek", value: ms / 1000 } }))
  }

  moveHead(ms) {
    this.head.removeAttribute("hidden")
    this.head.setAttribute("d", this.stroke(ms))
  }

  tick(times) {
    this.hits.setAttribute("d", [...new Set(times.map((ms) => this.stroke(ms)))].join(""))
  }

  stroke(ms) {
    return `M${Math.round((ms * WIDTH) / this.length)} 0v10`
  }

  read(ms) {
    const list = document.querySelector(".transcript__turns")
    if (!list) return
    this.turns ??= new Turns(list)
    const index = this.turns.at(ms)
    const who = this.turns.elements[index]?.querySelector(".turn__speaker").textContent
    const said = index < 0 ? "" : ` ${who}: ${this.turns.textOf(index).data ?? ""}`
    const text = `${clock(ms / 1000)}${said}`
    this.words.textContent = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text
  }
}

customElements.define("recording-timeline", RecordingTimeline)
