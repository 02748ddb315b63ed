// <transcript-search> finds words in the text that is on the page, or all that one person says: n of m,
// next, previous, every match marked. Nothing is asked of the server; without script the form asks it for the matching turns. Who
// comes from the search over all recordings finds its matches (other forms of a word, phrases) marked.
const ALL = "search-match"
const THIS = "search-current"
const SHORTEST = 2
const MOST = 2_000
const HEARD = ["recording:command", "recording:text"]

class TranscriptSearch extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input")
    this.select = this.querySelector("select")
    this.count = this.querySelector("output")
    this.buttons = [...this.querySelectorAll("[data-command=hit]")]
    this.marks = globalThis.Highlight && CSS.highlights ? [new Highlight(), new Highlight()] : null
    this.marks?.forEach((mark, at) => {
      mark.priority = at + 2
      CSS.highlights.set([ALL, THIS][at], mark)
    })
    this.querySelector(".transcript-search__go").hidden = true
    this.querySelector(".transcript-search__matches")?.remove()
    this.input.addEventListener("input", this)
    this.select.addEventListener("change", this)
    for (const field of [this.input, this.select]) field.addEventListener("keydown", this)
    this.querySelector("form").addEventListener("submit", this)
    for (const type of HEARD) document.addEventListener(type, this)
    const given = JSON.parse(this.dataset.places || "[]")
    if (given.length) this.take(this.rangesOf(given), this.fromStart)
    else if (this.input.value || this.select.value) this.search()
  }

  disconnectedCallback() {
    for (const type of HEARD) document.removeEventListener(type, this)
    for (const name of [ALL, THIS]) CSS.highlights?.delete(name)
  }

  handleEvent(event) {
    if (event.type === "input") this.soon()
    else if (event.type === "change") this.search()
    else if (event.type === "submit") event.preventDefault()
    else if (event.type === "keydown") this.press(event)
    else if (event.type === "recording:text") this.texts = null
    else if (event.detail.name === "search") this.input.select()
    else if (event.detail.name === "speaker") this.select.focus()
    else if (event.detail.name === "hit") this.step(event.detail.value)
  }

  press(event) {
    if (event.key === "Enter") {
      event.preventDefault()
      if (this.timer) this.search()
      else this.step(event.shiftKey ? -1 : 1)
    } else if (event.key === "Escape") {
      event.preventDefault()
      event.target.value = ""
      this.search()
      event.target.blur()
    }
  }

  soon() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.search(), 120)
  }

  search() {
    clearTimeout(this.timer)
    this.timer = null
    const words = fold(this.input.value.trim())
    const isShort = words.length < SHORTEST
    const who = this.select.value
    this.take(isShort ? this.turnsOf(who) : this.find(words, who))
    if (!this.hits.length) this.count.textContent = isShort && !who ? "" : "No match"
  }

  take(hits, at = null) {
    this.hits = hits
    this.at = at ? at.call(this) : -1
    this.marks?.forEach((mark) => mark.clear())
    for (const range of this.hits) this.marks?.[0].add(range)
    const times = this.hits.map((range) => Number(range.startContainer.parentElement.dataset.start))
    document.dispatchEvent(new CustomEvent("recording:hits", { detail: { times } }))
    for (const button of this.buttons) button.hidden = !this.hits.length
    if (hits.length) this.step(at ? 0 : 1)
  }

  // Places as the server tells them: [[turn, [[from, to], …]], …].
  rangesOf(places) {
    return places.flatMap(([turn, spans]) => {
      const text = document.getElementById(`t-${turn}`)?.lastChild
      return text?.data ? spans.map(([from, to]) => rangeIn(text, from, to)) : []
    })
  }

  // The first match of the second that the address names, or of the recording.
  fromStart() {
    const from = Number(this.dataset.start) * 1000
    const at = this.hits.findIndex((range) => Number(range.startContainer.parentElement.dataset.start) >= from)
    return Math.max(0, at)
  }

  // Of each turn: where its text is, the text to look in, and who says it.
  get turns() {
    return this.texts ??= [...document.querySelectorAll("transcript-view .turn")]
      .map(({ firstElementChild, lastChild }) => [lastChild, fold(lastChild.data ?? ""), firstElementChild.textContent])
  }

  find(words, who) {
    const hits = []
    for (const [node, text, speaker] of this.turns) {
      if (who && speaker !== who) continue
      for (let from = text.indexOf(words); from >= 0; from = text.indexOf(words, from + words.length)) {
        if (hits.push(rangeIn(node, from, from + words.length)) >= MOST) return hits
      }
    }
    return hits
  }

  turnsOf(who) {
    return this.turns.flatMap(([node, text, speaker]) => (who && speaker === who ? [rangeIn(node, 0, text.length)] : []))
  }

  step(by) {
    if (!this.hits?.length) return
    this.at = this.at < 0 ? this.nearest() : (this.at + by + this.hits.length) % this.hits.length
    const range = this.hits[this.at]
    this.marks?.[1].clear()
    this.marks?.[1].add(range)
    this.count.textContent = `${this.at + 1} of ${this.hits.length}${this.hits.length >= MOST ? "+" : ""}`
    show(range)
  }

  // The first match that is not above what the reader sees.
  nearest() {
    const turn = [...document.querySelectorAll("transcript-view .turn")]
      .find((element) => element.getBoundingClientRect().bottom > 0)
    const from = this.hits.findIndex((range) =>
      turn.compareDocumentPosition(range.startContainer) &
      (Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY))
    return Math.max(0, from)
  }
}

function rangeIn(node, start, end) {
  const range = new Range()
  range.setStart(node, start)
  range.setEnd(node, end)
  return range
}

// Lower case, unless that would move the letters behind it.
function fold(text) {
  const lower = text.toLowerCase()
  return lower.length === text.length ? lower : text
}

function show(range) {
  const middle = () => range.getBoundingClientRect().top - innerHeight * 0.45
  const { top, bottom } = range.getBoundingClientRect()
  if (top > innerHeight * 0.3 && bottom < innerHeight * 0.9) return
  scrollBy({ top: middle(), behavior: "instant" })
  // Turns far away have a guessed height until they are drawn.
  requestAnimationFrame(() => requestAnimationFrame(() => scrollBy({ top: middle(), behavior: "instant" })))
}

customElements.define("transcript-search", TranscriptSearch)
