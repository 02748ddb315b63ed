// <transcript-view> around the turns: marks the spoken word and turn, follows them, and turns a click
// on a word into a seek (a double click plays). Words stay text: one listener, no element per word.
import { clock } from "./clock.js";
import { TranscriptFollow } from "./transcript-follow.js";
import { Turns } from "./transcript-turns.js";

const SPOKEN = "spoken-word"
const WAY_BACK_MS = 10_000
const LOOK_AGAIN_MS = 400 // how often a long turn is kept in view while its words go by

class TranscriptView extends HTMLElement {
  connectedCallback() {
    this.life = new AbortController()
    const { signal } = this.life
    this.turns = new Turns(this)
    this.undo = this.querySelector("[data-command=back]")
    this.index = this.word = -1
    this.follow = new TranscriptFollow(this, this.querySelector("[data-command=return]"), signal)
    this.mark = globalThis.Highlight && CSS.highlights ? new Highlight() : null
    if (this.mark) {
      this.mark.priority = 1
      CSS.highlights.set(SPOKEN, this.mark)
    }
    this.addEventListener("click", this, { signal })
    this.addEventListener("dblclick", this, { signal })
    document.addEventListener("recording:time", this, { signal })
    document.addEventListener("recording:command", this, { signal })
    document.addEventListener("recording:text", this, { signal })
    command("tell") // the player may have been quicker
  }

  disconnectedCallback() {
    this.life.abort()
    CSS.highlights?.delete(SPOKEN)
  }

  handleEvent(event) {
    if (event.type === "recording:time") this.tick(event.detail)
    else if (event.type === "recording:text") this.readAgain()
    else if (event.type === "recording:command") this[`do_${event.detail.name}`]?.(event.detail.value)
    else this.pointed(event)
  }

  // Turns have been changed in place.
  readAgain() {
    this.turns = new Turns(this)
    this.index = this.word = -1
    command("tell")
  }

  // ── time → text ──
  tick({ time, isPlaying, isJump }) {
    const ms = time * 1000
    const begins = isPlaying && !this.isPlaying
    this.isPlaying = isPlaying
    this.seconds = time
    const index = this.turns.at(ms)
    const word = index < 0 ? -1 : this.turns.wordAt(index, ms)
    const isNewTurn = index !== this.index
    if (isNewTurn) this.markTurn(index)
    if (isNewTurn || word !== this.word) this.markWord(index, word)
    if (begins) this.follow.isLost = false
    if (isNewTurn || isJump || begins || this.isDue) this.tellFollow({ isPlaying, isJump: isJump || begins })
  }

  get isDue() {
    return this.isPlaying && performance.now() - this.toldAt > LOOK_AGAIN_MS
  }

  tellFollow(how) {
    this.toldAt = performance.now()
    const line = this.range ?? this.turns.elements[this.index]
    if (line) this.follow.moved(line, { ...how, seconds: this.seconds })
  }

  markTurn(index) {
    this.turns.elements[this.index]?.removeAttribute("data-current")
    this.turns.elements[index]?.setAttribute("data-current", "")
    this.index = index
  }

  markWord(index, word) {
    this.word = word
    this.range = index < 0 || word < 0 ? null : this.turns.rangeOf(index, word)
    this.mark?.clear()
    if (this.range) this.mark?.add(this.range)
  }

  // ── text → time ──
  pointed(event) {
    const link = event.target.closest(".turn__time")
    if (!link && (event.target.closest("a, button") || this.isSelecting(event))) return
    if (event.ctrlKey || event.metaKey || event.shiftKey || !document.querySelector("recording-player")) return
    const turn = link?.closest(".turn")
    const found = turn ? { ms: Number(turn.dataset.start) } : this.turns.under(event.clientX, event.clientY)
    if (!found) return
    event.preventDefault()
    this.follow.isLost = false
    if (event.type === "click" && event.pointerType === "touch") this.offerWayBack()
    if (event.type === "click") command("seek", found.ms / 1000)
    else command("play")
  }

  isSelecting(event) {
    return event.type === "click" && !getSelection().isCollapsed
  }

  do_turn(step) {
    const index = Math.max(0, Math.min(this.index + step, this.turns.elements.length - 1))
    command("seek", this.turns.starts[index] / 1000)
  }

  do_follow() {
    this.follow.toggle()
    document.querySelector("[data-command=follow]")?.setAttribute("aria-pressed", this.follow.isOn)
  }

  do_return() {
    this.follow.resume()
  }

  // A finger touches a word sooner than it means to: for a while there is a way back.
  offerWayBack() {
    clearTimeout(this.forgetting)
    this.left = this.seconds ?? 0
    this.undo.textContent = `Back to ${clock(this.left)}`
    this.undo.hidden = false
    this.forgetting = setTimeout(() => { this.undo.hidden = true }, WAY_BACK_MS)
  }

  do_back() {
    this.undo.hidden = true
    command("seek", this.left)
  }
}

const command = (name, value) =>
  document.dispatchEvent(new CustomEvent("recording:command", { detail: { name, value } }))

customElements.define("transcript-view", TranscriptView)
