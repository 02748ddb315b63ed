// What somebody types, ticks or chooses while the scripts are on their way is told again once htmx
// listens. And it listens as soon as it is there: by itself it begins a tick later, and what is
// typed or told by the server in between would be lost.
{
  const kinds = ["input", "change"]
  const early = []
  const remember = ({ type, target }) => early.push([target, new Event(type, { bubbles: true })])
  const start = () => {
    if (!window.htmx) return
    document.removeEventListener("load", start, true)
    for (const kind of kinds) document.removeEventListener(kind, remember, true)
    htmx.process(document.body)
    for (const [field, event] of early) field.dispatchEvent(event)
  }
  for (const kind of kinds) document.addEventListener(kind, remember, true)
  document.addEventListener("load", start, true) // of each script and style, htmx among them
}
