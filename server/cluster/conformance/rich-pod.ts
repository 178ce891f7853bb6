// A pod template with something of everything that kubectl sends as protobuf.
export const richPodSpec = {
  restartPolicy: "Never",
  hostPID: true,
  shareProcessNamespace: true,
  enableServiceLinks: false,
  hostAliases: [
    {
      ip: "1.2.3.4",
      hostnames: ["a", "b"],
    },
  ],
  readinessGates: [
    {
      conditionType: "x.io/ok",
    },
  ],
  securityContext: {
    runAsUser: 5,
    runAsGroup: 6,
    fsGroup: 7,
    runAsNonRoot: true,
    supplementalGroups: [8, 9],
    seccompProfile: {
      type: "RuntimeDefault",
    },
  },
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          {
            matchExpressions: [
              {
                key: "k",
                operator: "In",
                values: ["v"],
              },
            ],
          },
        ],
      },
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 3,
          preference: {
            matchExpressions: [
              {
                key: "k",
                operator: "Exists",
              },
            ],
          },
        },
      ],
    },
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        {
          labelSelector: {
            matchLabels: {
              a: "b",
            },
          },
          topologyKey: "kubernetes.io/hostname",
        },
      ],
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 5,
          podAffinityTerm: {
            topologyKey: "z",
            namespaces: ["n"],
          },
        },
      ],
    },
  },
  volumes: [
    {
      name: "h",
      hostPath: {
        path: "/x",
        type: "Directory",
      },
    },
    {
      name: "d",
      downwardAPI: {
        items: [
          {
            path: "l",
            fieldRef: {
              apiVersion: "v1",
              fieldPath: "metadata.labels",
            },
          },
          {
            path: "c",
            resourceFieldRef: {
              containerName: "main",
              resource: "limits.cpu",
              divisor: "1m",
            },
          },
        ],
      },
    },
    {
      name: "p",
      projected: {
        sources: [
          {
            configMap: {
              name: "c",
              items: [
                {
                  key: "a",
                  path: "b",
                },
              ],
              optional: true,
            },
          },
          {
            secret: {
              name: "s",
              optional: true,
            },
          },
          {
            serviceAccountToken: {
              audience: "x",
              expirationSeconds: 700,
              path: "t",
            },
          },
          {
            downwardAPI: {
              items: [
                {
                  path: "n",
                  fieldRef: {
                    apiVersion: "v1",
                    fieldPath: "metadata.name",
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
  initContainers: [
    {
      name: "side",
      image: "busybox",
      restartPolicy: "Always",
      startupProbe: {
        exec: {
          command: ["true"],
        },
        periodSeconds: 1,
      },
    },
  ],
  containers: [
    {
      name: "main",
      image: "busybox",
      env: [
        {
          name: "A",
          valueFrom: {
            fieldRef: {
              apiVersion: "v1",
              fieldPath: "metadata.name",
            },
          },
        },
        {
          name: "B",
          valueFrom: {
            secretKeyRef: {
              name: "s",
              key: "k",
              optional: true,
            },
          },
        },
        {
          name: "C",
          valueFrom: {
            configMapKeyRef: {
              name: "c",
              key: "k",
              optional: true,
            },
          },
        },
        {
          name: "D",
          valueFrom: {
            resourceFieldRef: {
              resource: "limits.memory",
              divisor: "1Mi",
            },
          },
        },
      ],
      envFrom: [
        {
          prefix: "P_",
          configMapRef: {
            name: "c",
            optional: true,
          },
        },
        {
          secretRef: {
            name: "s",
            optional: true,
          },
        },
      ],
      resources: {
        limits: {
          cpu: "1",
          memory: "64Mi",
        },
      },
      volumeMounts: [
        {
          name: "d",
          mountPath: "/d",
          subPathExpr: "$(A)",
          mountPropagation: "None",
        },
        {
          name: "p",
          mountPath: "/p",
          readOnly: true,
        },
      ],
      livenessProbe: {
        httpGet: {
          path: "/h",
          port: "web",
          scheme: "HTTPS",
          httpHeaders: [
            {
              name: "X",
              value: "y",
            },
          ],
        },
        initialDelaySeconds: 3,
        terminationGracePeriodSeconds: 4,
      },
      readinessProbe: {
        tcpSocket: {
          port: 80,
          host: "h",
        },
        failureThreshold: 9,
        successThreshold: 2,
        timeoutSeconds: 7,
      },
      startupProbe: {
        grpc: {
          port: 50,
          service: "svc",
        },
      },
      lifecycle: {
        postStart: {
          exec: {
            command: ["sh", "-c", "true"],
          },
        },
        preStop: {
          sleep: {
            seconds: 3,
          },
        },
      },
      securityContext: {
        capabilities: {
          add: ["NET_ADMIN"],
          drop: ["ALL"],
        },
        privileged: false,
        runAsUser: 0,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        seccompProfile: {
          type: "Localhost",
          localhostProfile: "p",
        },
      },
      ports: [
        {
          name: "web",
          containerPort: 80,
          protocol: "TCP",
        },
      ],
    },
  ],
};
