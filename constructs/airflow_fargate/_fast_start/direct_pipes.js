'use strict';

// jsii starts Node twice: the first process only passes every message on to the second, which does
// the work, and carries back what that one prints. Here the first hands its own pipes to the
// second, and carries what it prints and no more.
//
// The second reads and writes file descriptor 3. It gets the pipe by which messages come as 3, and
// the one by which answers go as 4.

const { spawn } = require('child_process');
const fs = require('fs');
const Module = require('module');
const { constants } = require('os');
const path = require('path');

const MARK = 'AIRFLOW_FARGATE_DIRECT_PIPES';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

function install() {
  if (process.env[MARK]) {
    delete process.env[MARK];
    writeAnswersTo(4);
  } else {
    const main = process.argv[1] ?? '';
    const program = path.resolve(path.dirname(main), '..', 'lib', 'program.js');
    if (/[\\/]bin[\\/]jsii-runtime\.js$/.test(main) && isExpected(program)) {
      runInPlaceOfMain(() => launch(program));
    }
  }
}

function isExpected(program) {
  // Windows hands on no pipes beyond the first three.
  return (
    process.platform !== 'win32' &&
    fs.existsSync(program) &&
    /\breadFD:3,writeFD:3\b/.test(fs.readFileSync(program, 'utf8'))
  );
}

function writeAnswersTo(pipe) {
  const { writeSync } = fs;
  fs.writeSync = (fd, ...rest) => writeSync(fd === 3 ? pipe : fd, ...rest);
}

function runInPlaceOfMain(run) {
  const load = Module._load;
  Module._load = (request, parent, isMain) =>
    isMain ? run() : load.call(Module, request, parent, isMain);
}

function launch(program) {
  const child = spawn(process.execPath, [...process.execArgv, '--preserve-symlinks', program], {
    stdio: ['ignore', 'pipe', 'pipe', 0, 1],
    env: { ...process.env, [MARK]: '1' },
  });
  for (const name of ['stdout', 'stderr']) {
    child[name].on('data', (data) => {
      console.error(JSON.stringify({ [name]: data.toString('base64') }));
    });
  }
  for (const signal of SIGNALS) {
    process.on(signal, () => child.kill(signal));
  }
  child.once('error', (error) => {
    console.error('Failed to start the second Node process:', error.stack);
    process.exit(1);
  });
  // When all it printed is passed on. This process holds the pipes too: Python learns of the end
  // of the second from the end of the first.
  child.once('close', (code, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : code;
    SIGNALS.forEach((each) => process.removeAllListeners(each));
  });
}

install();
