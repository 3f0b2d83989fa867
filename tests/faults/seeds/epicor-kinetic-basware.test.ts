import { describe } from 'vitest';
import { playOnEachStore } from '../play-seeds';

describe('H1: seeded faults and kills, epicor-kinetic-basware', () =>
  playOnEachStore('epicor-kinetic-basware'));
