'use strict';

// Required by the Node processes behind jsii before all else (NODE_OPTIONS=--require).
//
// For the requires listed here, and no others, something else is returned than what was asked for.
// Where a file has moved, its rule matches nothing.

const Module = require('module');
const path = require('path');

const RULES = [
  // A prebuilt provider's index requires the folder of every resource type, 2,200 of them.
  { in: /[\\/]@cdkt[fn][\\/]provider-[^\\/]+[\\/]lib[\\/]index\.js$/, request: /^\.\//, give: standIn },
  // The engine loads a zip writer, and half of npm with it, for assets that few stacks have.
  { in: /[\\/]cdkt[fn][\\/]lib[\\/]private[\\/]fs\.js$/, request: /^archiver$/, give: standIn },
  // Each token that the engine makes notes the stack at its creation: frames of Node, all of them
  // between jsii and the engine, whatever the Python program does.
  { in: /[\\/]cdkt[fn][\\/]lib[\\/].*\.js$/, request: /\/stack-trace$/, give: withoutTraces },
];

const load = Module._load;

// A stand-in requires the real module when something is first asked of it.
function standIn(loadNow) {
  let loaded;
  const target = () => (loaded ??= loadNow());
  // An arrow function, so that it can be called, and has no property that a proxy must repeat.
  return new Proxy(() => {}, {
    apply: (_, self, args) => Reflect.apply(target(), self, args),
    get: (_, key) => target()[key],
    has: (_, key) => key in target(),
    set: (_, key, value) => Reflect.set(target(), key, value),
    ownKeys: () => Reflect.ownKeys(target()),
    getOwnPropertyDescriptor: (_, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(target(), key);
      // A proxy may report as fixed only what its own target, that empty function, holds as fixed.
      return descriptor && { ...descriptor, configurable: true };
    },
  });
}

function withoutTraces(loadNow) {
  const loaded = loadNow();
  const isExpected = typeof loaded.captureStackTrace === 'function';
  return isExpected ? { ...loaded, captureStackTrace: () => [] } : loaded;
}

Module._load = function (request, parent, isMain) {
  const from = parent?.filename ?? '';
  const loadNow = () => load.call(Module, request, parent, isMain);
  const rule = RULES.find((each) => each.request.test(request) && each.in.test(from));
  return rule ? rule.give(loadNow) : loadNow();
};

// The engine asks util.isArray, and Node 24 prints a warning about that name in every run. Its own
// advice is this function.
require('util').isArray = Array.isArray;

// To zip an asset, the engine calls `node` by name: where there is no other, it finds this one.
const folders = [process.env.PATH, path.dirname(process.execPath)];
process.env.PATH = folders.filter(Boolean).join(path.delimiter);

// jsii's own two processes.
require('./direct_pipes.js');
