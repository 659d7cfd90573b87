/** Listeners of the process, which are put back below; and what the modules of cdktf keep, which all files share. */
const NOT_OF_A_FILE = /^(_events|__cdktf)/;

/**
 * What all files of tests share, since they run in one context: the globals, what lies on them and on their prototypes,
 * the environment and the process. Remembered when this is loaded; the function puts it back.
 */
const restores = [globalThis, ...builtIns(), process].map(properties);
restores.push(environment(), listeners(), exitCode());

module.exports = function putBack() {
  for (const restore of restores) restore();
};

/** Every class and namespace that is a global, and the prototypes. Getters are left alone: Node loads much in some. */
function builtIns() {
  const values = Object.values(Object.getOwnPropertyDescriptors(globalThis)).map(({ value }) => value);
  const found = values.filter((value) => typeof value === 'function' || (typeof value === 'object' && value !== null));
  const prototypes = found.map((value) => Object.getOwnPropertyDescriptor(value, 'prototype')?.value);
  const all = new Set([...found, ...prototypes.filter((prototype) => prototype)]);
  all.delete(globalThis);
  all.delete(process);
  return [...all];
}

function properties(object) {
  const keys = () => Reflect.ownKeys(object).filter((key) => typeof key === 'symbol' || !NOT_OF_A_FILE.test(key));
  const before = new Map(keys().map((key) => [key, Object.getOwnPropertyDescriptor(object, key)]));
  return () => {
    for (const key of keys()) if (!before.has(key)) Reflect.deleteProperty(object, key);
    for (const [key, was] of before) {
      if (!same(Object.getOwnPropertyDescriptor(object, key), was)) Reflect.defineProperty(object, key, was);
    }
  };
}

const same = (is, was) =>
  is !== undefined && Object.is(is.value, was.value) && is.get === was.get && is.set === was.set;

function environment() {
  const before = { ...process.env };
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    for (const [name, value] of Object.entries(before)) if (process.env[name] !== value) process.env[name] = value;
  };
}

function listeners() {
  const before = new Map(process.eventNames().map((event) => [event, process.rawListeners(event)]));
  return () => {
    for (const event of process.eventNames()) {
      for (const listener of process.rawListeners(event)) {
        if (!before.get(event)?.includes(listener)) process.removeListener(event, listener);
      }
    }
  };
}

function exitCode() {
  const before = process.exitCode;
  return () => {
    process.exitCode = before;
  };
}
