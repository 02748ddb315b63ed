// <bulk-choice> shows the form for the ticked rows once there are any, and counts them in its buttons.
// What is ticked outlives the refresh of a row; shift-click ticks everything in between.
customElements.define("bulk-choice", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.ticked = new Set()
    for (const type of ["click", "change", "agenda:tick"]) document.addEventListener(type, this)
    this.form.addEventListener("reset", () => this.clear())
    this.form.addEventListener("htmx:after:request", () => this.clear())
    this.observer = new MutationObserver(() => this.restore())
    this.observer.observe(document.querySelector("main"), { childList: true, subtree: true })
    this.show()
  }

  disconnectedCallback() {
    for (const type of ["click", "change", "agenda:tick"]) document.removeEventListener(type, this)
    this.observer.disconnect()
  }

  get boxes() { return [...document.querySelectorAll("input[type=checkbox][form=bulk]")] }

  handleEvent(event) {
    const box = event.target.closest?.("input[form=bulk]")
    if (!box) return
    if (event.type === "click") this.isRange = event.shiftKey
    else if (event.type === "change") this.tick(box, this.isRange)
    else {
      box.checked = event.detail.isRange || !box.checked
      this.tick(box, event.detail.isRange)
    }
  }

  tick(box, isRange) {
    const boxes = this.boxes
    const last = boxes.findIndex((one) => one.value === this.last)
    const ends = [boxes.indexOf(box), isRange && last >= 0 ? last : boxes.indexOf(box)].sort((a, b) => a - b)
    for (const one of boxes.slice(ends[0], ends[1] + 1)) {
      one.checked = box.checked
      if (box.checked) this.ticked.add(one.value)
      else this.ticked.delete(one.value)
    }
    this.last = box.value
    this.show()
  }

  restore() {
    const boxes = this.boxes
    for (const box of boxes) box.checked = this.ticked.has(box.value)
    const shown = new Set(boxes.map((box) => box.value))
    const gone = [...this.ticked].filter((value) => !shown.has(value))
    for (const value of gone) this.ticked.delete(value)
    if (gone.length) this.show()
  }

  clear() {
    this.ticked.clear()
    for (const box of this.boxes) box.checked = false
    this.show()
  }

  show() {
    const count = this.ticked.size
    this.dataset.ticked = count
    this.querySelector("[data-count]").textContent = count
    for (const number of this.querySelectorAll("[data-number]")) number.textContent = ` (${count})`
  }
})
