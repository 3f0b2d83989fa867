import express, { type RequestHandler } from 'express';
import type { FlowNode } from '../flows/flow-node';
import { flowChangeOf, flowsAfter } from './posted-flows';

/** What the gate needs of Node-RED and the runtime; known only once both have started. */
export interface DeployGateParts {
  /** Node-RED's own check that the caller may deploy. */
  readonly mayDeploy: RequestHandler;
  readonly currentFlows: () => readonly FlowNode[];
  /** Why flows may not be deployed, each reason in a person's words. */
  readonly faultsOf: (nodes: readonly FlowNode[]) => readonly string[];
  /** True when nothing is in flight any more. */
  readonly drain: (timeoutMs: number) => Promise<boolean>;
  readonly resume: () => void;
  /** Shows a text in every open editor; undefined takes it away. */
  readonly tell: (text: string | undefined) => void;
}

const PATIENCE_MS = 20_000;
const LARGEST_FLOWS = '5mb';

/**
 * Stands before Node-RED's deploy routes. A full deploy drops every message on the wires, so work in flight ends
 * first, for twenty seconds at most (what is left then comes back by itself). Flows with faults are refused.
 * The caller's right is checked before anything else: nobody may stop the work without it.
 */
export class DeployGate {
  #parts: DeployGateParts | undefined;

  attach(parts: DeployGateParts): void {
    this.#parts = parts;
  }

  readonly middleware: RequestHandler = (request, response, next) => {
    const parts = this.#parts;
    if (!parts || !flowChangeOf(request.method, request.path)) {
      next();
      return;
    }
    const readBody = express.json({ limit: LARGEST_FLOWS });
    parts.mayDeploy(request, response, (refusal?: unknown) => {
      if (refusal) return next(refusal);
      readBody(request, response, (problem?: unknown) => {
        if (problem) return next(problem);
        // Node-RED's body parser, an older one, must not wait for a body that has been read.
        Object.assign(request, { _body: true });
        this.#hold(parts, request, response).then(
          (open) => open && next(),
          (error: unknown) => next(error),
        );
      });
    });
  };

  async #hold(
    parts: DeployGateParts,
    request: Parameters<RequestHandler>[0],
    response: Parameters<RequestHandler>[1],
  ): Promise<boolean> {
    const faults = parts.faultsOf(flowsAfter(request, parts.currentFlows()) ?? []);
    if (faults.length > 0) {
      // Plain text, because the editor shows an answer's body as it is.
      response
        .status(400)
        .type('text/plain')
        .send(`Not deployed: ${faults.join('; ')}.`);
      return false;
    }
    const waiting = setTimeout(() => parts.tell('Waiting for work in flight to end…'), 500);
    try {
      await parts.drain(PATIENCE_MS);
    } finally {
      clearTimeout(waiting);
      parts.tell(undefined);
    }
    // After a deploy the start of the flows goes on; a refused one starts nothing.
    response.once('close', () => {
      if (response.statusCode >= 400) parts.resume();
    });
    return true;
  }
}
