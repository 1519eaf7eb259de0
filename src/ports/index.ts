/// <reference types="node" preserve="true" />
export { cluster, type ClusterOptions } from './cluster.js';
