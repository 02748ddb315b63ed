// Follow mode: keeps the spoken line in view while it plays, and lets go the moment the reader scrolls
// it out of view. There is no timed return: the chip, a word or scrolling back resumes.
import { clock } from "./clock.js";

const SCROLL_MS = 1_200 // longest a scroll may take where there is no scrollend
const READER = ["wheel", "touchmove", "keydown", "pointerdown"]

export class TranscriptFollow {
  constructor(view, chip, signal) {
    Object.assign(this, { view, chip, isOn: true, isLost: false, line: null, mover: null })
    for (const type of READER) addEventListener(type, () => this.begin("reader"), { capture: true, passive: true, signal })
    addEventListener("scrollend", () => { this.mover = null }, { signal })
    addEventListener("resize", () => this.begin("us"), { signal })
    addEventListener("scroll", () => this.scrolled(), { passive: true, signal })
  }

  // `line` is the range of the spoken word (or its turn); it has moved.
  moved(line, { seconds, isPlaying, isJump }) {
    this.line = line
    this.seconds = seconds
    const isFree = isPlaying && this.mover !== "reader" // never pull against a hand that scrolls
    if (this.isOn && !this.isLost && (isFree || isJump)) this.keepInView(isJump)
    this.showChip()
  }

  resume() {
    this.isLost = false
    if (this.isOn) this.keepInView(true)
    this.showChip()
  }

  toggle() {
    this.isOn = !this.isOn
    this.resume()
  }

  scrolled() {
    if (this.mover === "us" || !this.line || this.isWaiting) return
    this.isWaiting = true
    requestAnimationFrame(() => {
      this.isWaiting = false
      if (this.mover === "us") return
      this.isLost = !this.isInView()
      this.showChip()
    })
  }

  // ── where the line is ──
  get top() {
    const list = this.view.getBoundingClientRect()
    const covers = [...document.querySelectorAll("[data-sticky]")].filter((cover) => {
      const { left, right } = cover.getBoundingClientRect()
      return getComputedStyle(cover).position === "sticky" && right > list.left && left < list.right
    })
    return Math.max(0, ...covers.map((cover) => cover.getBoundingClientRect().bottom))
  }

  isInView() {
    const { top, bottom } = this.line.getBoundingClientRect()
    return bottom > this.top && top < innerHeight
  }

  keepInView(isJump) {
    if (!this.line) return
    const { top, bottom } = this.line.getBoundingClientRect()
    const cover = this.top
    const room = innerHeight - cover
    const isComfortable = top >= cover && bottom <= cover + room * (isJump ? 0.9 : 0.75)
    if (isComfortable) return
    const distance = top - cover - room * 0.25
    const isNear = Math.abs(distance) < innerHeight * 1.5
    this.begin("us")
    scrollBy({ top: distance, behavior: isNear && !isStill() ? "smooth" : "instant" })
    // Turns far away have a guessed height until they are drawn; look again once they are.
    if (!isNear) requestAnimationFrame(() => requestAnimationFrame(() => this.settle()))
  }

  settle() {
    if (this.mover === "reader") return
    const distance = this.line.getBoundingClientRect().top - this.top - (innerHeight - this.top) * 0.25
    if (Math.abs(distance) > 4) scrollBy({ top: distance, behavior: "instant" })
  }

  // Whoever moves the page now, "us" or the "reader", does so until the scroll ends.
  begin(mover) {
    this.mover = mover
    clearTimeout(this.end)
    this.end = setTimeout(() => { this.mover = null }, SCROLL_MS)
  }

  showChip() {
    this.chip.hidden = !(this.isOn && this.isLost && this.line)
    if (this.chip.hidden) return
    const isAbove = this.line.getBoundingClientRect().top < this.top
    this.chip.textContent = `Back to ${clock(this.seconds)} ${isAbove ? "↑" : "↓"}`
  }
}

const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches
