// Links behind a media address expire, connections break off or fall silent. Each trouble is healed once,
// silently: the source is loaded again, and second, speed and play state stay. When that does not help
// either, `giveUp` shows a message. Playing on for a while earns the next silent attempt.
const STALL_MS = 15_000
const RECOVERED_SECONDS = 10

export class MediaHealing {
  constructor(media, giveUp) {
    this.media = media
    this.giveUp = giveUp
    this.tried = false
    this.recovered = 0
    this.isPlaying = !media.paused
    const types = ["error", "loadedmetadata", "waiting", "stalled", "timeupdate", "play", "pause"]
    for (const type of types) media.addEventListener(type, this)
    if (media.error) this.heal()
  }

  handleEvent({ type }) {
    if (type === "error") this.heal()
    else if (type === "loadedmetadata") this.restore()
    else if (this.held) return // what is loaded again begins anew: nothing else means anything yet
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
    // What breaks off is paused too when it is told; that was nobody's wish.
    if (type !== "timeupdate" && !this.media.error) this.isPlaying = type === "play"
    if (type === "timeupdate") this.place = this.media.currentTime || this.place
    if (this.tried && this.media.currentTime > this.recovered) this.tried = false
  }

  heal() {
    if (this.tried) return this.giveUp()
    this.tried = true
    this.reload()
  }

  // Loading goes back to the start and pauses, so what was is held until it can be put back.
  reload() {
    const { media } = this
    this.held ??= {
      place: media.currentTime || this.place || 0,
      rate: media.playbackRate,
      isPlaying: this.isPlaying && !media.ended,
    }
    this.recovered = this.held.place + RECOVERED_SECONDS
    clearTimeout(this.stall)
    this.stall = setTimeout(() => this.heal(), STALL_MS)
    media.load()
  }

  restore() {
    clearTimeout(this.stall)
    if (!this.held) return
    const { place, rate, isPlaying } = this.held
    this.held = null
    if (place) this.media.currentTime = place // before the first frame nobody was anywhere yet
    this.media.playbackRate = rate
    if (isPlaying) this.media.play().catch(() => {}) // the browser wants a click first: it stays paused
  }
}
