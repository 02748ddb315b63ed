// Whether somebody is at something on the page that a whole new page would take from them: a dialog
// would close, an offer go away, a form that is being filled in be answered. What carries hx-morph-skip
// stays anyway.
const IN_USE = "dialog[open], [data-command=back]:not([hidden])"
const FIELDS = "input:not([type=hidden]), select, textarea"

export const isInUse = (main) => main.querySelector(IN_USE) || [...main.querySelectorAll(FIELDS)].some(isAtRisk)
const isAtRisk = (field) => isChanged(field) && !field.closest("[hx-morph-skip]")

function isChanged(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked
  if (!field.options) return field.value !== field.defaultValue
  const asSent = [...field.options].findIndex((option) => option.defaultSelected)
  return field.selectedIndex !== Math.max(asSent, 0)
}
