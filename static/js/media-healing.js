// Links behind a media address expire, connections break off. Each trouble is healed once, silently:
// the source is loaded again, and second, speed and play state stay. When that does not help either,
// `giveUp` shows a message. Playing on for a while earns the next silent attempt.
const STALL_MS = 15_000
const RECOVERED_SECONDS = 10

export class MediaHealing {
  constructor(media, giveUp) {
    this.media = media
    this.giveUp = giveUp
    this.tried = false
    this.recovered = 0
    for (const type of ["error", "waiting", "stalled", "timeupdate", "pause"]) media.addEventListener(type, this)
    if (media.error) this.heal()
  }

  handleEvent({ type }) {
    if (type === "error") this.heal()
    else if (type === "waiting" || type === "stalled") this.watch()
    else this.moved(type)
  }

  watch() {
    const { media } = this
    clearTimeout(this.stall)
    const place = media.currentTime
    this.stall = setTimeout(() => {
      if (!media.paused && !media.ended && media.currentTime === place) this.heal()
    }, STALL_MS)
  }

  moved(type) {
    if (!this.media.seeking) clearTimeout(this.stall)
    if (type === "timeupdate") this.place = this.media.currentTime || this.place
    if (this.tried && this.media.currentTime > this.recovered) this.tried = false
  }

  heal() {
    if (this.tried) return this.giveUp()
    this.tried = true
    this.reload()
  }

  reload() {
    const { media } = this
    const place = media.currentTime || this.place || 0
    const { playbackRate } = media
    const isPlaying = !media.paused && !media.ended
    this.recovered = place + RECOVERED_SECONDS
    media.addEventListener("loadedmetadata", () => {
      media.currentTime = place
      media.playbackRate = playbackRate
      if (isPlaying) media.play().catch(() => {}) // the browser wants a click first: it stays paused
    }, { once: true })
    media.load()
  }
}
