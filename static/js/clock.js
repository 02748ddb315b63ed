// A place in a recording as players write it: 0:07, 12:04, 1:02:05.
export function clock(seconds) {
  const [s, m, h] = [Math.floor(seconds) % 60, Math.floor(seconds / 60) % 60, Math.floor(seconds / 3600)]
  const two = (number) => String(number).padStart(2, "0")
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}
