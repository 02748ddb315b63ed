// <recording-player> around the browser's own player: speed, ±10 s, the remembered place and speed.
// Tells the page where playback is (`recording:time` on the document, {time, isPlaying, isJump}) and
// obeys `recording:command`. Without it the player plays all the same.
import { MediaHealing } from "./media-healing.js";
import { clock } from "./clock.js";
import { answerMediaKeys } from "./media-keys.js";

const SPEED = "earshot:speed"
const SAVE_EVERY_MS = 5_000
const NEAR_START = 5
const NEAR_END = 15
const MEDIA_EVENTS = ["play", "pause", "timeupdate", "seeking", "seeked", "ratechange", "loadedmetadata", "ended"]

class RecordingPlayer extends HTMLElement {
  connectedCallback() {
    this.media = this.querySelector("video, audio")
    this.select = this.querySelector("select")
    this.trouble = this.querySelector(".player__trouble")
    this.place = `earshot:place:${this.dataset.recording}`
    this.healing = new MediaHealing(this.media, () => { this.trouble.hidden = false })
    for (const type of MEDIA_EVENTS) this.media.addEventListener(type, this)
    this.select.addEventListener("change", this)
    document.addEventListener("recording:command", this)
    addEventListener("pagehide", this)
    this.querySelector(".player__strip").hidden = false
    const small = this.querySelector(".player__window")
    if (small) small.hidden = !document.pictureInPictureEnabled
    answerMediaKeys(this.media, this.dataset, (name, value) => this[`do_${name}`](value))
    this.speed = Number(localStorage.getItem(SPEED)) || 1
    if (this.media.readyState > 0) this.on_loadedmetadata()
  }

  disconnectedCallback() {
    document.removeEventListener("recording:command", this)
    removeEventListener("pagehide", this)
    cancelAnimationFrame(this.frame)
  }

  handleEvent(event) {
    if (event.type === "recording:command") this[`do_${event.detail.name}`]?.(event.detail.value)
    else if (event.type === "change") this.speed = Number(this.select.value)
    else this[`on_${event.type}`](event)
  }

  // ── what the media element tells ──
  on_loadedmetadata() {
    const saved = Number(localStorage.getItem(this.place))
    const isFresh = !this.isRestored && !this.dataset.start && this.media.currentTime === 0
    if (isFresh && saved > NEAR_START && saved < this.media.duration - NEAR_END) {
      this.media.currentTime = saved
      this.querySelector(".player__resumed").textContent = `Where you left off: ${clock(saved)}`
    }
    this.isRestored = true
    if (this.hasAttribute("data-plays")) this.begin()
    this.trouble.hidden = true
    this.tell(true)
  }

  // Asked for by a link, once: the address that is copied from here does not start by itself.
  begin() {
    this.removeAttribute("data-plays")
    const address = new URL(location)
    address.searchParams.delete("now")
    history.replaceState(history.state, "", address)
    this.do_play()
  }

  on_play() {
    cancelAnimationFrame(this.frame)
    const step = () => {
      this.tell()
      if (!this.media.paused) this.frame = requestAnimationFrame(step)
    }
    step()
  }

  on_pause() { this.save(); this.tell() }
  on_ended() { localStorage.removeItem(this.place) }
  on_pagehide() { if (!this.media.ended) this.save() }
  on_seeking() { this.tell(true) }
  on_seeked() { this.tell(true) }

  on_timeupdate() {
    this.tell()
    if (Date.now() - (this.savedAt ?? 0) > SAVE_EVERY_MS) this.save()
  }

  on_ratechange() {
    const rate = this.media.playbackRate
    localStorage.setItem(SPEED, rate)
    this.select.value = String(rate)
  }

  tell(isJump = false) {
    const detail = { time: this.media.currentTime, isPlaying: !this.media.paused, isJump }
    document.dispatchEvent(new CustomEvent("recording:time", { detail }))
  }

  save() {
    this.savedAt = Date.now()
    if (this.media.currentTime > 0) localStorage.setItem(this.place, this.media.currentTime.toFixed(1))
  }

  set speed(rate) {
    this.media.defaultPlaybackRate = this.media.playbackRate = rate
  }

  // ── what people ask for ──
  do_seek(seconds) {
    const end = this.media.duration || Infinity
    this.media.currentTime = Math.max(0, Math.min(seconds, end))
    this.querySelector(".player__resumed").textContent = ""
  }

  do_play() { this.media.play().catch(() => {}) } // refused or failed: the media element shows it
  do_toggle() { if (this.media.paused) this.do_play(); else this.media.pause() }
  do_skip(seconds) { this.do_seek(this.media.currentTime + seconds) }
  do_tenth(number) { if (this.media.duration) this.do_seek((this.media.duration * number) / 10) }
  do_tell() { this.tell(true) }
  do_mute() { this.media.muted = !this.media.muted }

  do_screen() {
    if (document.fullscreenElement) document.exitFullscreen()
    else this.media.requestFullscreen?.()
  }

  // A browser may refuse, as before the first frame is there: then nothing happens.
  async do_window() {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture()
      else await this.media.requestPictureInPicture()
    } catch { /* the picture stays where it is */ }
  }

  async do_copy() {
    const address = new URL(location.pathname, location.origin)
    address.searchParams.set("t", Math.floor(this.media.currentTime))
    await navigator.clipboard.writeText(address.href)
    this.querySelector(".player__resumed").textContent = `Link to ${clock(this.media.currentTime)} copied`
  }

  do_speed(step) {
    const speeds = [...this.select.options].map((option) => Number(option.value))
    const next = speeds.indexOf(this.media.playbackRate) + step
    if (speeds[next]) this.speed = speeds[next]
  }

  do_reload() {
    this.trouble.hidden = true
    this.healing.tried = false
    this.healing.reload()
  }
}

customElements.define("recording-player", RecordingPlayer)
