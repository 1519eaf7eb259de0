/// <reference types="node" preserve="true" />
export type { Balance, PoolOptions, QueueOptions, RecycleOptions } from './poolOptions.js';
export { createPool } from './createPool.js';
export type { WorkerSpec } from './planWorkers.js';
export type { Pool, BroadcastAnswer, PoolEvent, PoolStatus, WorkerHealth, WorkerStatus } from './pool.js';
export type { RequestOptions, Response } from './requestOptions.js';
export { viaPool, type ViaPoolOptions } from './viaPool.js';
