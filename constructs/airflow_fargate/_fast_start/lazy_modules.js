'use strict';

// Required by the Node process behind jsii before all else (NODE_OPTIONS=--require).
//
// For the requires listed here, and no others, a stand-in is returned, which requires the real
// module when something is first asked of it. Where a file has moved, its rule matches nothing.

const Module = require('module');
const path = require('path');

const LAZY = [
  // A prebuilt provider's index requires the folder of every resource type, 2,200 of them.
  { in: /[\\/]@cdkt[fn][\\/]provider-[^\\/]+[\\/]lib[\\/]index\.js$/, request: /^\.\// },
  // The engine loads a zip writer, and half of npm with it, for assets that few stacks have.
  { in: /[\\/]cdkt[fn][\\/]lib[\\/]private[\\/]fs\.js$/, request: /^archiver$/ },
];

const load = Module._load;

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

Module._load = function (request, parent, isMain) {
  const from = parent?.filename ?? '';
  const isLazy = LAZY.some((rule) => rule.request.test(request) && rule.in.test(from));
  const loadNow = () => load.call(Module, request, parent, isMain);
  return isLazy ? standIn(loadNow) : loadNow();
};

// The engine asks util.isArray, and Node 24 prints a warning about that name in every run. Its own
// advice is this function.
require('util').isArray = Array.isArray;

// To zip an asset, the engine calls `node` by name: where there is no other, it finds this one.
const folders = [process.env.PATH, path.dirname(process.execPath)];
process.env.PATH = folders.filter(Boolean).join(path.delimiter);
