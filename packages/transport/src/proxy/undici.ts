/**
 * The parts of undici that requests go through. Its main module also loads fetch, WebSocket, caches and mocks: half of what a
 * function has to parse before it can answer. These paths are undici's own, which is why its version is pinned.
 */
import connect from 'undici/lib/api/api-connect.js';
import request from 'undici/lib/api/api-request.js';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

// As its main module does: dispatchers get their methods from outside, to keep modules from needing each other.
Object.assign(Dispatcher.prototype, { connect, request });

export { Agent, buildConnector, Pool, ProxyAgent };
