// What is worked out once for each object and kept as long as the object lives.

/**
 * A function of something that never changes, computed once for each object it is given.
 *
 * This is no state: the values follow from their keys alone, no world can tell whether one was known before, and they
 * go with their keys. It saves time and nothing else, which is why it may stand at the top of a module.
 *
 * @param compute a pure function of an object that is never changed: a stored value, a table of paths
 */
export function memoize<Key extends object, Value> (compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>()
  return (key) => {
    let found = known.get(key)
    if (found === undefined) known.set(key, found = { value: compute(key) })
    return found.value
  }
}
