// Notes in window.paintedAt when the section about a bot was painted anew. What its clocks show by
// themselves does not count.
() => {
  const said = () => {
    const section = document.querySelector("main .bot")
    const sentence = section.querySelector(".bot__sentence").textContent
    return section.dataset.status + sentence.replace(/\d/g, "")
  }
  let last = said()
  window.paintedAt = []
  const afterPaint = new MessageChannel()
  afterPaint.port1.onmessage = () => {
    window.paintedAt.push(performance.timeOrigin + performance.now())
  }
  const look = () => {
    if (said() === last) return
    last = said()
    requestAnimationFrame(() => afterPaint.port2.postMessage(null))
  }
  const everything = { subtree: true, childList: true, characterData: true, attributes: true }
  new MutationObserver(look).observe(document.querySelector("main"), everything)
}
