/** three.js scenes of 3-D plots. This file is loaded only where WebGL draws; axes and words are drawn around it as shapes. */
import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  type Material,
  Mesh,
  PerspectiveCamera,
  Points,
  Scene,
  ShaderMaterial,
} from 'three';
import { ABOVE_SOLID } from './above-cap.js';
import { EYE_DISTANCE, type Projection } from './camera.js';
import { LIGHT, MARK_RADIUS, marksBackToFront, SHADE, SPHERE, VEILED } from './raster.js';
import type { Space } from './space.js';
import { VIRIDIS } from './viridis.js';

/** A scene that can be aimed with a projection and given back. */
export interface SpaceScene {
  readonly scene: Scene;
  readonly camera: PerspectiveCamera;
  /** Points the camera; `density` is device pixels per px. */
  aim(projection: Projection, density: number): void;
  dispose(): void;
}

const light = `vec3(${LIGHT.map((v) => v.toFixed(4)).join(', ')})`;

const DOT_VERTEX = `
  attribute vec3 tint;
  uniform float radius, least, perUnit;
  varying vec3 vTint;
  varying float vDepth;
  void main() {
    vec4 seen = modelViewMatrix * vec4(position, 1.0);
    vTint = tint;
    vDepth = seen.z;
    gl_Position = projectionMatrix * seen;
    gl_PointSize = 2.0 * max(least, radius * perUnit / -seen.z);
  }`;

const DOT_FRAGMENT = `
  uniform float thickness, opacity, flat_;
  uniform mat4 projectionMatrix;
  varying vec3 vTint;
  varying float vDepth;
  void main() {
    vec2 p = vec2(2.0 * gl_PointCoord.x - 1.0, 1.0 - 2.0 * gl_PointCoord.y);
    float rest = 1.0 - dot(p, p);
    if (rest < 0.0) discard;
    float z = sqrt(rest);
    float shade = mix(${SPHERE.floor.toFixed(2)} + ${SPHERE.gain.toFixed(2)} * max(0.0, dot(vec3(p, z), ${light})), 1.0, flat_);
    gl_FragColor = vec4(vTint * shade, opacity);
    float depth = vDepth + z * thickness;
    gl_FragDepth = 0.5 * (projectionMatrix[2][2] * depth + projectionMatrix[3][2]) / -depth + 0.5;
  }`;

const FACE_VERTEX = `
  attribute vec3 tint;
  varying vec3 vTint;
  varying vec3 vNormal_;
  void main() {
    vTint = tint;
    vNormal_ = (viewMatrix * vec4(normal, 0.0)).xyz;
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  }`;

const FACE_FRAGMENT = `
  varying vec3 vTint;
  varying vec3 vNormal_;
  void main() {
    float shade = ${SHADE.floor.toFixed(2)} + ${SHADE.gain.toFixed(2)} * abs(dot(normalize(vNormal_), ${light}));
    gl_FragColor = vec4(vTint * shade, 1.0);
  }`;

/** Builds the scene of a space: dots as lit spheres, the mesh, the marks with a white ring, a little veiled where hidden. */
export function buildScene(space: Space): SpaceScene {
  const scene = new Scene();
  const camera = new PerspectiveCamera();
  const dots: ShaderMaterial[] = [];
  const veiled: BufferGeometry[] = []; // drawn over everything, so in order of depth
  const kept: (BufferGeometry | Material)[] = [];

  const addDots = (
    position: Float32Array,
    tint: Uint8Array,
    look: { radius: number; least: number; thickness: number; opacity: number; flat: number; order: number },
  ): void => {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(position, 3));
    geometry.setAttribute('tint', new BufferAttribute(tint, 3, true));
    const ghost = look.opacity < 1;
    const material = new ShaderMaterial({
      vertexShader: DOT_VERTEX,
      fragmentShader: DOT_FRAGMENT,
      uniforms: {
        radius: { value: look.radius },
        least: { value: look.least },
        perUnit: { value: 1 },
        thickness: { value: look.thickness },
        opacity: { value: look.opacity },
        flat_: { value: look.flat },
      },
      transparent: ghost,
      depthTest: !ghost,
      depthWrite: !ghost,
    });
    material.userData.least = look.least;
    const points = new Points(geometry, material);
    points.frustumCulled = false;
    points.renderOrder = look.order;
    if (ghost) {
      geometry.setIndex(new BufferAttribute(new Uint16Array(position.length / 3), 1));
      veiled.push(geometry);
    }
    scene.add(points);
    dots.push(material);
    kept.push(geometry, material);
  };

  if (space.points && space.points.tone.length > 0) {
    const { position, tone, radius } = space.points;
    addDots(position, tints(tone), { radius, least: 1.2, thickness: radius, opacity: 1, flat: 0, order: 0 });
  }
  const addFaces = ({ position, normal, index }: Faces, tint: Uint8Array): void => {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(position, 3));
    geometry.setAttribute('normal', new BufferAttribute(normal, 3));
    geometry.setAttribute('tint', new BufferAttribute(tint, 3, true));
    geometry.setIndex(new BufferAttribute(index, 1));
    const material = new ShaderMaterial({
      vertexShader: FACE_VERTEX,
      fragmentShader: FACE_FRAGMENT,
      side: DoubleSide,
    });
    const mesh = new Mesh(geometry, material);
    mesh.frustumCulled = false;
    scene.add(mesh);
    kept.push(geometry, material);
  };
  const { mesh, plateau } = space;
  if (mesh && mesh.index.length > 0) addFaces(mesh, tints(mesh.tone));
  if (plateau)
    addFaces(
      plateau,
      Uint8Array.from(plateau.position, (_, k) => ABOVE_SOLID[k % 3]!),
    );
  if (space.marks.length > 0) {
    const position = Float32Array.from(space.marks.flatMap((mark) => mark.position));
    const tint = Uint8Array.from(
      space.marks.flatMap(({ colour }) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))),
    );
    const white = new Uint8Array(tint.length).fill(255);
    const [radius, least] = [MARK_RADIUS, 4.5];
    const ring = { radius: 1.3 * radius, least: 1.3 * least, flat: 1 };
    addDots(position, white, { ...ring, thickness: 0, opacity: 1, order: 1 });
    const ball = { radius, least, flat: SPHERE.markFlat, thickness: 2 * radius };
    addDots(position, tint, { ...ball, opacity: 1, order: 2 });
    addDots(position, white, { ...ring, thickness: 0, opacity: VEILED.ring, order: 3 });
    addDots(position, tint, { ...ball, opacity: VEILED.mark, order: 4 });
  }

  return {
    scene,
    camera,
    aim(p, density) {
      const { width, height } = p.body;
      camera.aspect = width / height;
      camera.fov = (2 * Math.atan(height / 2 / (p.scale * EYE_DISTANCE)) * 180) / Math.PI;
      camera.near = 0.5;
      camera.far = 3 * EYE_DISTANCE;
      camera.up.set(0, 0, 1);
      camera.position.set(p.eye[0] * EYE_DISTANCE, p.eye[1] * EYE_DISTANCE, p.eye[2] * EYE_DISTANCE);
      camera.lookAt(0, 0, 0);
      camera.updateProjectionMatrix();
      // The box lies above the middle of the picture where labels need room below it.
      camera.projectionMatrix.elements[9] = (2 * (p.centre[1] - p.body.y)) / height - 1;
      camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert();
      for (const material of dots) {
        material.uniforms.perUnit!.value = p.scale * EYE_DISTANCE * density;
        material.uniforms.least!.value = (material.userData.least as number) * density;
      }
      const order = marksBackToFront(space.marks, p);
      for (const { index } of veiled) {
        order.forEach((mark, k) => {
          index!.setX(k, mark);
        });
        index!.needsUpdate = true;
      }
    },
    dispose() {
      for (const each of kept) each.dispose();
    },
  };
}

type Faces = NonNullable<Space['plateau']>;

function tints(tone: Uint8Array): Uint8Array {
  const out = new Uint8Array(3 * tone.length);
  for (let k = 0; k < tone.length; k++) out.set(VIRIDIS.subarray(3 * tone[k]!, 3 * tone[k]! + 3), 3 * k);
  return out;
}
