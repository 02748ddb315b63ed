// <local-time format="datetime|date|day|time"><time datetime="…">server text</time></local-time>
// Shows a moment in the reader's zone: the one they chose (html data-time-zone), else the browser's.
// Live fragments carry the server's text, so the words are set again whenever a swap changes them.
const FORMATS = {
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  date: { day: "numeric", month: "short", year: "numeric" },
  day: { weekday: "long", day: "numeric", month: "long" },
  datetime: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
}

const formats = new Map() // a format takes a millisecond to make; a page has a hundred times to write

function written(moment, name, zone) {
  const key = `${name} ${zone}`
  if (!formats.has(key))
    formats.set(key, new Intl.DateTimeFormat("en-GB", { ...(FORMATS[name] ?? FORMATS.datetime), timeZone: zone }))
  return formats.get(key).format(moment)
}

const timeZone = () =>
  document.documentElement.dataset.timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone

customElements.define("local-time", class extends HTMLElement {
  connectedCallback() {
    this.observer ??= new MutationObserver(() => this.show())
    this.show()
  }

  disconnectedCallback() { this.observer.disconnect() }

  show() {
    this.observer.disconnect()
    const time = this.querySelector("time")
    const moment = new Date(time?.dateTime)
    if (!isNaN(moment)) time.textContent = written(moment, this.getAttribute("format"), timeZone())
    this.observer.observe(this, { subtree: true, childList: true, characterData: true, attributeFilter: ["datetime"] })
  }
})

customElements.define("local-zone", class extends HTMLElement {
  connectedCallback() { this.textContent = timeZone().replaceAll("_", " ") }
})

// <own-time at="…" zone="Asia/Kolkata" hidden>: the mark of a meeting whose own clock says something
// else than the reader's. Hidden where both agree. Escape puts the words away while it is pointed at.
customElements.define("own-time", class extends HTMLElement {
  static observedAttributes = ["at", "zone", "hidden"]

  connectedCallback() {
    this.show()
    this.addEventListener("keydown", this)
    for (const ending of ["mouseleave", "focusout"]) this.addEventListener(ending, this)
  }

  attributeChangedCallback() { this.show() }

  handleEvent(event) { this.toggleAttribute("data-dismissed", event.key === "Escape") }

  show() {
    const moment = new Date(this.getAttribute("at"))
    const zone = this.getAttribute("zone")
    if (isNaN(moment) || !zone) return
    const agrees = written(moment, "datetime", zone) === written(moment, "datetime", timeZone())
    if (this.hidden !== agrees) this.hidden = agrees
  }
})
