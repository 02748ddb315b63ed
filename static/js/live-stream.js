// <live-stream topics="ws_…/events ws_…/bots" data-since="1763694000.5"> keeps its page current.
//
// The server pushes elements (each replaces the one with its id), names lists that changed
// (DOM event live:changed, detail.topic) and asks for a whole refresh when something was missed.
// Without a stream the page is fetched every few seconds. The text says when we last heard.
// While somebody is at the page only its lists are fetched, and the rest once nobody is.
import { askLists, noteNews } from "./live-lists.js";
import { isInUse } from "./page-in-use.js";

const LATE_MS = 30_000
const POLL_MS = 5_000
const HIDDEN_MS = 60_000 // a hidden page gives its connection back after this
const SHORTEST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
const KINDS = ["html", "changed", "again", "beat", "error"]

const NEWS = {
  live: "Live updates are back.",
  polling: "Live updates are not available; this page checks every 5 seconds.",
  late: "No news from the server for a while; what you see may be out of date.",
  ended: "You are signed out; reload the page to sign in again.",
}

class LiveStream extends HTMLElement {
  connectedCallback() {
    this.since = this.dataset.since
    this.heardAt = this.polledAt = Date.now()
    this.failures = 0
    this.clock = setInterval(() => this.tick(), 1_000)
    document.addEventListener("visibilitychange", this)
    this.on_visibilitychange()
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this)
    for (const timer of [this.retry, this.rest]) clearTimeout(timer)
    clearInterval(this.clock)
    this.close()
  }

  handleEvent(event) {
    this[`on_${event.type}`](event)
    if (event.lastEventId) this.heard(event.lastEventId)
  }

  open() {
    if (this.source || this.dataset.state === "ended") return
    const own = document.getElementById("bell")?.dataset.liveTopic ?? "" // on every page of a person
    const query = new URLSearchParams({ topics: `${this.getAttribute("topics")} ${own}`, since: this.since })
    this.source = new EventSource(`/live/?${query}`)
    for (const kind of KINDS) this.source.addEventListener(kind, this)
  }

  close() {
    this.source?.close()
    this.source = null
  }

  heard(since) {
    this.since = since
    this.heardAt = Date.now()
    this.failures = 0
    this.show("live")
  }

  on_beat() {}

  on_html(event) {
    noteNews()
    const fresh = document.createElement("template")
    fresh.innerHTML = event.data
    for (const element of fresh.content.children) {
      const shown = element.id && document.getElementById(element.id)
      if (shown) replace(shown, element)
    }
  }

  on_changed({ data: topic }) {
    noteNews()
    askLists(topic)
  }

  on_again() {
    this.fetchPage()
  }

  on_error() {
    this.close()
    const wait = Math.min(SHORTEST_WAIT_MS * 2 ** this.failures++, LONGEST_WAIT_MS)
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.open(), wait * (0.75 + Math.random() / 2))
  }

  on_visibilitychange() {
    clearTimeout(this.rest)
    if (document.hidden) this.rest = setTimeout(() => this.close(), HIDDEN_MS)
    else this.open()
  }

  async fetchPage() {
    this.polledAt = Date.now()
    const asked = String(this.polledAt / 1_000)
    const address = location.href
    const answer = await fetch(address, { redirect: "manual" }).catch(() => null)
    if (answer?.type === "opaqueredirect") return this.end()
    if (!answer?.ok) return
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    if (location.href !== address) return this.fetchPage() // filtered meanwhile
    const [shown, fresh] = [document.querySelector("main"), page.querySelector("main")]
    this.isBehind = isInUse(shown)
    if (this.isBehind) askLists()
    else if (fresh) replace(shown, fresh)
    if (!this.source) [this.since, this.heardAt] = [asked, Date.now()]
  }

  end() {
    this.close()
    clearTimeout(this.retry)
    this.show("ended")
  }

  tick() {
    if (document.hidden || this.dataset.state === "ended") return
    const isPolling = this.failures > 1
    const isWanted = isPolling || (this.isBehind && !isInUse(document.querySelector("main")))
    if (isWanted && Date.now() - this.polledAt >= POLL_MS) this.fetchPage()
    if (Date.now() - this.heardAt > LATE_MS) this.show("late")
    else if (isPolling) this.show("polling")
    else this.show(this.dataset.state)
  }

  show(state) {
    const seconds = Math.round((Date.now() - this.heardAt) / 1_000)
    const ago = seconds < 60 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`
    const before = this.dataset.state
    const texts = { live: "Live · updated", polling: "Checking every 5 s · updated", late: "Last heard" }
    if (state === "ended") this.text = "Signed out · reload to go on"
    else if (state in texts) this.text = `${texts[state]} ${ago}`
    if (state === before) return
    this.dataset.state = state
    if (before !== "plain" || state !== "live") this.querySelector("[role=status]").textContent = NEWS[state]
  }

  set text(words) {
    this.querySelector(".live-stream__text").textContent = words
  }
}

// Morphing keeps the nodes, and with them focus and what is being typed.
function replace(shown, fresh) {
  htmx.swap({ text: fresh.outerHTML, target: shown, sourceElement: shown, swap: "outerMorph" })
}

customElements.define("live-stream", LiveStream)
