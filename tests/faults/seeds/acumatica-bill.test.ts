import { describe } from 'vitest';
import { playOnEachStore } from '../play-seeds';

describe('H1: seeded faults and kills, acumatica-bill', () => playOnEachStore('acumatica-bill'));
