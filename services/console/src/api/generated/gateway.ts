// Made by scripts/console-client from the OpenAPI document of the gateway: `npm run generate`.

export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the gateway can answer */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ok: boolean;
                            models: number;
                            warehouse: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a browser may log in */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Whether /sessions/oidc leads to an identity provider. */
                            oidc: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Log a browser in, by the code of a login link or an API token
         * @description Sets a cookie. With it, calls that change something need the header `x-driftloop-request: 1`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Of the login link. */
                        code: string;
                    } | {
                        /** @description An API token. */
                        token: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            role: "viewer" | "operator" | "admin";
                            /** @description Models that it is for; null for all. */
                            models: string[] | null;
                            /** @description When a session or token ends, epoch milliseconds; null for never. */
                            expiresAt: number | null;
                            /** @description root, token, session, everybody (no token is needed here) or anonymous (may only read). */
                            via: string;
                        };
                    };
                };
            };
        };
        /** Log out */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who calls, and what they may do */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            role: "viewer" | "operator" | "admin";
                            /** @description Models that it is for; null for all. */
                            models: string[] | null;
                            /** @description When a session or token ends, epoch milliseconds; null for never. */
                            expiresAt: number | null;
                            /** @description root, token, session, everybody (no token is needed here) or anonymous (may only read). */
                            via: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** API tokens, also those that are valid no more; never their secrets */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            tokens: {
                                id: string;
                                name: string;
                                role: "viewer" | "operator" | "admin";
                                /** @description Models that it is for; null for all. */
                                models: string[] | null;
                                state: "valid" | "expired" | "revoked";
                                /** @description Epoch milliseconds. */
                                createdAt: number;
                                createdBy: string;
                                /** @description Epoch milliseconds; null for never. */
                                expiresAt: number | null;
                                /** @description About, to the minute; null for never. */
                                lastUsedAt: number | null;
                                /** @description Epoch milliseconds. */
                                revokedAt: number | null;
                                revokedBy: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Make an API token
         * @description The secret is in this answer and nowhere else.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Who is to call by it: stands in the audit log and in histories. */
                        name: string;
                        role: "viewer" | "operator" | "admin";
                        /** @description Models that it is for; null for all. */
                        models?: string[] | null;
                        /** @description Default: 90. null: it never expires. */
                        expiresInDays?: number | null;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            token: {
                                id: string;
                                name: string;
                                role: "viewer" | "operator" | "admin";
                                /** @description Models that it is for; null for all. */
                                models: string[] | null;
                                state: "valid" | "expired" | "revoked";
                                /** @description Epoch milliseconds. */
                                createdAt: number;
                                createdBy: string;
                                /** @description Epoch milliseconds; null for never. */
                                expiresAt: number | null;
                                /** @description About, to the minute; null for never. */
                                lastUsedAt: number | null;
                                /** @description Epoch milliseconds. */
                                revokedAt: number | null;
                                revokedBy: string;
                            };
                            secret: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens/{tokenId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API token, and every session that was begun with it */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    tokenId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            role: "viewer" | "operator" | "admin";
                            /** @description Models that it is for; null for all. */
                            models: string[] | null;
                            state: "valid" | "expired" | "revoked";
                            /** @description Epoch milliseconds. */
                            createdAt: number;
                            createdBy: string;
                            /** @description Epoch milliseconds; null for never. */
                            expiresAt: number | null;
                            /** @description About, to the minute; null for never. */
                            lastUsedAt: number | null;
                            /** @description Epoch milliseconds. */
                            revokedAt: number | null;
                            revokedBy: string;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is told of what */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rules: {
                                name: string;
                                /** @description webhook, slack, email or pagerduty. */
                                channel: string;
                                to: string[];
                                /** @description Name of its secret; the secret itself lies with the notifier. */
                                secret: string;
                                models: string[] | null;
                                states: string[];
                                roles: string[];
                                groupBy: string;
                                groupSeconds: number;
                                cooldownSeconds: number;
                                mostPerHour: number;
                                quietHours: string;
                                timeZone: string;
                                /** @description Epoch milliseconds. */
                                createdAt: number;
                                createdBy: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Make a notification rule, or put another in its place
         * @description It holds no secret: it names one that the notifier has.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Its name; a rule of this name is replaced. */
                        name: string;
                        channel: "webhook" | "slack" | "email" | "pagerduty";
                        /** @description webhook: its URL, without password and query. email: addresses. None for slack and pagerduty. */
                        to?: string[];
                        /** @description Name of a secret that the notifier has: the signing key of a webhook, the URL of a Slack webhook, a routing key of PagerDuty. None for email. */
                        secret?: string;
                        models?: string[] | null;
                        /** @description Default: drift, published, rolledBack, retrainFailed, deadLetter. */
                        states?: ("stable" | "warning" | "drift" | "recovering" | "registered" | "candidate" | "rejected" | "canary" | "shadow" | "published" | "rolledBack" | "retrainFailed" | "deadLetter")[];
                        /** @description Roles of versions; all where left out. */
                        roles?: ("live" | "canary" | "shadow" | "candidate")[];
                        groupBy?: "model" | "rule";
                        /** @description How long others are waited for. Default: 60. */
                        groupSeconds?: number;
                        /** @description Least time between two messages of one group. Default: 900. */
                        cooldownSeconds?: number;
                        /** @description Messages in an hour at most. Default: 20. */
                        mostPerHour?: number;
                        /** @description HH:MM-HH:MM in which nothing is told; empty for none. */
                        quietHours?: string;
                        /** @description Of the quiet hours, an IANA name. Default: UTC. */
                        timeZone?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** @description webhook, slack, email or pagerduty. */
                            channel: string;
                            to: string[];
                            /** @description Name of its secret; the secret itself lies with the notifier. */
                            secret: string;
                            models: string[] | null;
                            states: string[];
                            roles: string[];
                            groupBy: string;
                            groupSeconds: number;
                            cooldownSeconds: number;
                            mostPerHour: number;
                            quietHours: string;
                            timeZone: string;
                            /** @description Epoch milliseconds. */
                            createdAt: number;
                            createdBy: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/rules/{rule}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a notification rule; what it had gathered is not told */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    rule: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** @description webhook, slack, email or pagerduty. */
                            channel: string;
                            to: string[];
                            /** @description Name of its secret; the secret itself lies with the notifier. */
                            secret: string;
                            models: string[] | null;
                            states: string[];
                            roles: string[];
                            groupBy: string;
                            groupSeconds: number;
                            cooldownSeconds: number;
                            mostPerHour: number;
                            quietHours: string;
                            timeZone: string;
                            /** @description Epoch milliseconds. */
                            createdAt: number;
                            createdBy: string;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/rules/{rule}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a message sent by a rule now
         * @description What becomes of it stands in the delivery log under the id.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    rule: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            messageId: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The delivery log: messages and what came of them, newest first */
        get: {
            parameters: {
                query: {
                    rule?: string;
                    outcome?: "pending" | "sent" | "failed" | "gaveUp";
                    limit: number;
                    /** @description `nextCursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            messages: {
                                /** @description Its idempotency key: the same at each attempt. */
                                id: string;
                                rule: string;
                                /** @description When it was made, epoch milliseconds. */
                                at: number;
                                title: string;
                                texts: string[];
                                /** @description info, warning or error. */
                                severity: string;
                                models: string[];
                                attempts: number;
                                /** @description pending, sent, failed (it is tried again at nextAt) or gaveUp. */
                                outcome: string;
                                /** @description Why the last attempt failed. */
                                error: string;
                                /** @description Epoch milliseconds. */
                                nextAt: number | null;
                            }[];
                            /** @description For the next page; null where there is none. */
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the parts answer, and how far services are behind */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            gateway: {
                                ready: boolean;
                            };
                            warehouse: {
                                ready: boolean;
                            };
                            models: number;
                            reading: {
                                /** @description Consumer group: which service reads. */
                                group: string;
                                topic: string;
                                /** @description Records that are not handled yet; null where the group has committed nothing. */
                                lag: number | null;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who changed something, or wanted to, newest first */
        get: {
            parameters: {
                query: {
                    model?: string;
                    actor?: string;
                    outcome?: "done" | "refused" | "failed";
                    /** @description From then on, inclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    since?: number;
                    /** @description Until then, exclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    until?: number;
                    limit: number;
                    /** @description `nextCursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            entries: {
                                id: string;
                                /** @description Epoch milliseconds. */
                                at: number;
                                /** @description Who; empty for somebody unknown. */
                                actor: string;
                                /** @description How they were known: root, token, session, everybody, anonymous or cli. */
                                via: string;
                                tokenId: string;
                                role: string;
                                /** @description Method and route, rpc, or command. */
                                action: string;
                                /** @description The path as it was called. */
                                target: string;
                                model: string;
                                version: number | null;
                                reason: string;
                                outcome: "done" | "refused" | "failed";
                                status: number;
                                /** @description Error code; empty where it was done. */
                                code: string;
                                /** @description What there was before. */
                                before: unknown;
                                /** @description What there is after. */
                                after: unknown;
                                remoteAddress: string;
                            }[];
                            /** @description For the next page; null where there is none. */
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens, as it happens: server-sent events
         * @description Events are version, verdict, command and letter. With the header Last-Event-ID (or lastEventId) those that came after it are sent first, by any gateway.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only of this model. */
                    model?: string;
                    lastEventId?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How every model stands: versions, newest verdict, accuracy, traffic */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Epoch milliseconds. */
                            at: number;
                            models: {
                                model: string;
                                task: string;
                                live: number | null;
                                canary: number | null;
                                shadow: number | null;
                                verdict: {
                                    version: number;
                                    /** @description stable, warning, drift or recovering. */
                                    state: string;
                                    /** @description Of drift, 0 to 1. */
                                    likelihood: number;
                                    /** @description Epoch milliseconds. */
                                    windowEnd: number;
                                    action: string;
                                    /** @description What weighed most, in words. */
                                    evidence: string;
                                } | null;
                                realised: ({
                                    /** @description Accuracy, 0 to 1; mean squared error of a regression. */
                                    value: number;
                                    /** @description In the version's reference. */
                                    expected: number | null;
                                    rows: number;
                                    /** @description Epoch milliseconds. */
                                    windowEnd: number;
                                } & {
                                    [key: string]: unknown;
                                }) | null;
                                estimated: ({
                                    /** @description Accuracy, 0 to 1; mean squared error of a regression. */
                                    value: number;
                                    /** @description In the version's reference. */
                                    expected: number | null;
                                    rows: number;
                                    /** @description Epoch milliseconds. */
                                    windowEnd: number;
                                } & {
                                    [key: string]: unknown;
                                }) | null;
                                requests: {
                                    /** @description In the last hour. */
                                    rows: number;
                                    /** @description Within the last seven days. */
                                    newestAt: number | (never | null);
                                };
                                labels: {
                                    /** @description In the last hour. */
                                    rows: number;
                                    /** @description Within the last seven days. */
                                    newestAt: number | (never | null);
                                };
                            }[];
                            /** @description Dead letters that nobody has decided about; 0 for who may see some models only. */
                            openLetters: number;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Studies and how far they are, the newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            studies: {
                                id: string;
                                name: string;
                                /** @description null for a study of steps. */
                                model: string | null;
                                /** @description grid, random, sobol, latinHypercube or halving. */
                                design: string;
                                /** @description going on, finished or stopped. */
                                state: string;
                                /** @description Jobs: those that wait, are under way, are done, and have failed. */
                                counts: {
                                    waiting: number;
                                    claimed: number;
                                    done: number;
                                    failed: number;
                                };
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a study came to: its runs, those that no other beats first */
        get: {
            parameters: {
                query: {
                    /** @description Most runs. */
                    limit: number;
                };
                header?: never;
                path: {
                    /** @description Its id, or its name for the newest of that name. */
                    study: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            /** @description null for a study of steps. */
                            model: string | null;
                            /** @description grid, random, sobol, latinHypercube or halving. */
                            design: string;
                            /** @description going on, finished or stopped. */
                            state: string;
                            /** @description Jobs: those that wait, are under way, are done, and have failed. */
                            counts: {
                                waiting: number;
                                claimed: number;
                                done: number;
                                failed: number;
                            };
                            objectives: {
                                of: string;
                                /** @description low or high. */
                                wanted: string;
                            }[];
                            /** @description Run that is best by the first objective; null where none is done. */
                            best: number | null;
                            /** @description How many there are, those beyond the limit too. */
                            runs: number;
                            rows: {
                                sample: number;
                                values: {
                                    [key: string]: number | string | boolean | (never | null);
                                };
                                /** @description waiting, claimed, done or failed. */
                                status: string;
                                metrics: {
                                    [key: string]: number | string | boolean | (never | null);
                                };
                                /** @description No other run is better in one objective and no worse in the others. */
                                isFront: boolean;
                                /** @description Why it has failed. */
                                reason: string;
                            }[];
                            /** @description Numbers of steps that are for all runs, by step. */
                            all: {
                                [key: string]: {
                                    [key: string]: number | string | boolean | (never | null);
                                };
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/studies/{study}/proposal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The model's spec with the best setting, and what would be different; it changes nothing
         * @description PUT /models/{model}/spec with its `spec` puts it into effect.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Of this run instead of the best. */
                    of?: number;
                };
                header?: never;
                path: {
                    /** @description Its id, or its name for the newest of that name. */
                    study: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model: string;
                            run: number;
                            values: {
                                [key: string]: number | string | boolean | (never | null);
                            };
                            differences: {
                                /** @description A JSON pointer. */
                                path: string;
                                before: unknown;
                                after: unknown;
                            }[];
                            spec: {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/strategies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How models learn from new rows without forgetting old ones */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            strategies: {
                                /** @description As `retrain.strategy` of a spec names it. */
                                name: string;
                                /** @description What it does. */
                                summary: string;
                                source: {
                                    /** @description Who wrote it down, and when. */
                                    paper: string;
                                    /** @description Where it can be read, as an address. */
                                    page: string;
                                } | null;
                                /** @description Its settings with their defaults. */
                                settings: {
                                    [key: string]: number;
                                };
                                /** @description Of the choice of the trainer, which is no strategy: what it chooses from; else null. */
                                among: string[] | null;
                            }[];
                            /** @description Name of the studies that hold them against each other. */
                            bout: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/strategies/benchmark": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What `pnpm bench continual` measured of strategies, by scenario
         * @description Nothing where it was never run with CLICKHOUSE_URL set.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            scenarios: {
                                scenario: string;
                                /** @description What it is, in words; empty where that was not written down. */
                                title: string;
                                /** @description One per strategy, the newest of each, the best first. */
                                results: {
                                    strategy: string;
                                    /** @description Epoch milliseconds. */
                                    measuredAt: number;
                                    /** @description Runs that these are means of. */
                                    seeds: number;
                                    /** @description Over all tasks after the last, a share. */
                                    accuracy: number;
                                    /** @description Standard deviation over the seeds. */
                                    accuracySpread: number;
                                    /** @description A share of right answers, or a difference of two. */
                                    forgetting: number;
                                    /** @description A share of right answers, or a difference of two. */
                                    backwardTransfer: number;
                                    /** @description A share of right answers, or a difference of two. */
                                    forwardTransfer: number;
                                    /** @description A share of right answers, or a difference of two. */
                                    prequential: number | null;
                                    /** @description Rows from a fall of accuracy until it is back. */
                                    recoveryRows: number | null;
                                    memoryBytes: number;
                                    seconds: number;
                                    /** @description Another implementation of it; empty for none. */
                                    peer: string;
                                    peerAccuracy: number | null;
                                    /** @description Accuracy over the tasks learnt so far, after each of them. */
                                    curve: number[];
                                    /** @description Accuracy of each block after the first before it was learnt; empty without blocks. */
                                    blocks: number[];
                                    /** @description Rows of a block; 0 without. */
                                    blockRows: number;
                                }[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All models with their versions */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            models: {
                                model: string;
                                task: string;
                                features: {
                                    name: string;
                                    kind: string;
                                }[];
                                live: number | null;
                                canary: number | null;
                                /** @description Candidate that answers in shadow until it is promoted or rejected. */
                                shadow: number | null;
                                versions: {
                                    version: number;
                                    status: string;
                                    parentVersion: number | null;
                                    sha256: string;
                                    /** @description Event time up to which the stream had been seen, epoch milliseconds. */
                                    eventTime: number;
                                    metrics: {
                                        [key: string]: number;
                                    };
                                    reasons: string[];
                                }[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One model with its versions */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model: string;
                            task: string;
                            features: {
                                name: string;
                                kind: string;
                            }[];
                            live: number | null;
                            canary: number | null;
                            /** @description Candidate that answers in shadow until it is promoted or rejected. */
                            shadow: number | null;
                            versions: {
                                version: number;
                                status: string;
                                parentVersion: number | null;
                                sha256: string;
                                /** @description Event time up to which the stream had been seen, epoch milliseconds. */
                                eventTime: number;
                                metrics: {
                                    [key: string]: number;
                                };
                                reasons: string[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Dead letters, newest first */
        get: {
            parameters: {
                query: {
                    /** @description Topic of the record, without prefix. */
                    topic?: string;
                    /** @description Of the request or the label, where it could be read. */
                    model?: string;
                    /** @description Error code, see docs/errors.md. */
                    code?: string;
                    state?: "open" | "resending" | "resent" | "discarded";
                    /** @description Given up from then on; epoch milliseconds, or ISO 8601 with a zone. */
                    since?: number;
                    /** @description Most rows. */
                    limit: number;
                    /** @description `nextCursor` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            letters: {
                                /** @description topic/partition/offset of its record. */
                                id: string;
                                topic: string;
                                partition: number;
                                offset: number;
                                code: string;
                                reason: string;
                                /** @description Who gave up. */
                                service: string;
                                /** @description When, epoch milliseconds. */
                                at: number;
                                /** @description Empty where the record could not be read. */
                                model: string;
                                requestId: string;
                                state: "open" | "resending" | "resent" | "discarded";
                                /** @description Empty while nobody has decided anything. */
                                decidedBy: string;
                                decidedBecause: string;
                                /** @description Epoch milliseconds. */
                                decidedAt: number | null;
                                /** @description Whether another record was sent than the one that came. */
                                mended: boolean;
                            }[];
                            /** @description For the next page; null where there is none. */
                            nextCursor: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many there are by topic, code and what became of them */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            counts: {
                                topic: string;
                                code: string;
                                state: "open" | "resending" | "resent" | "discarded";
                                letters: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{topic}/{partition}/{offset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A dead letter with its record, what was wrong and what to do */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Topic, without prefix. */
                    topic: string;
                    partition: number;
                    offset: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description topic/partition/offset of its record. */
                            id: string;
                            topic: string;
                            partition: number;
                            offset: number;
                            code: string;
                            reason: string;
                            /** @description Who gave up. */
                            service: string;
                            /** @description When, epoch milliseconds. */
                            at: number;
                            /** @description Empty where the record could not be read. */
                            model: string;
                            requestId: string;
                            state: "open" | "resending" | "resent" | "discarded";
                            /** @description Empty while nobody has decided anything. */
                            decidedBy: string;
                            decidedBecause: string;
                            /** @description Epoch milliseconds. */
                            decidedAt: number | null;
                            /** @description Whether another record was sent than the one that came. */
                            mended: boolean;
                            /** @description Base64. */
                            key: string | null;
                            /** @description Base64; null where it is not kept. */
                            value: string | null;
                            /** @description The record as JSON; null where it cannot be read. */
                            record: unknown;
                            unreadable: {
                                code: string;
                                reason: string;
                            } | null;
                            whatToDo: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{topic}/{partition}/{offset}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a record back on its topic, once in effect
         * @description Requests, labels and retrain commands. `record` has the fields that are to be changed; the id stays.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Topic, without prefix. */
                    topic: string;
                    partition: number;
                    offset: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why; kept in the history. */
                        reason: string;
                        /** @description Who asks, where the caller is not known by name: a token or a login counts before it. Default: gateway. */
                        actor?: string;
                        record?: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            resent: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{topic}/{partition}/{offset}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that nothing is to become of a dead letter */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Topic, without prefix. */
                    topic: string;
                    partition: number;
                    offset: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why; kept in the history. */
                        reason: string;
                        /** @description Who asks, where the caller is not known by name: a token or a login counts before it. Default: gateway. */
                        actor?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            discarded: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/spec": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a model is looked after */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description See docs/specs.md. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        /**
         * Change how a model is looked after, or only say what would be different
         * @description `updatedAt` of the spec, where it is there, must be that of the spec as it is: nobody writes over what another has changed meanwhile.
         */
        put: {
            parameters: {
                query: {
                    /** @description Checks it, and changes nothing. */
                    dryRun: boolean;
                };
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description See docs/specs.md. */
                        spec: {
                            [key: string]: unknown;
                        };
                        /** @description Why; kept in the history. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Whether it is another spec now. */
                            changed: boolean;
                            differences: {
                                /** @description A JSON pointer. */
                                path: string;
                                /** @description null where it was not there. */
                                before: unknown;
                                /** @description null where it is not there any more. */
                                after: unknown;
                            }[];
                            /** @description See docs/specs.md. */
                            spec: {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/versions/{version}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The files of a version */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            files: {
                                name: string;
                                sizeBytes: number;
                                sha256: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/versions/{version}/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file of a version: model.onnx and the others */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: number;
                    file: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Each window and version: the strongest evidence of each signal, what drifted, and the verdict */
        get: {
            parameters: {
                query: {
                    /** @description Windows that begin from here on, inclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    from?: number;
                    /** @description Windows that begin until here, exclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    to?: number;
                    /** @description Most rows; the newest are kept. */
                    limit: number;
                };
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rows: ({
                                /** @description Epoch milliseconds. */
                                windowStart: number;
                                /** @description Epoch milliseconds. */
                                windowEnd: number;
                                version: number;
                                rows: number;
                                late: number;
                                /** @description 0 to 1. */
                                dataSeverity: number | null;
                                /** @description 0 to 1. */
                                predictionSeverity: number | null;
                                /** @description 0 to 1. */
                                conceptSeverity: number | null;
                                driftedDetectors: string[];
                                leadingDetector: string;
                                leadingFeature: string;
                                /** @description stable, warning, drift or recovering. */
                                state: string | null;
                                /** @description 0 to 1. */
                                likelihood: number | null;
                                confirmedByLabels: boolean | null;
                                /** @description Epoch milliseconds. */
                                changePoint: number | null;
                                action: string | null;
                                commandId: string | null;
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/verdicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the ensemble concluded */
        get: {
            parameters: {
                query: {
                    /** @description Windows that reach from here on, inclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    from?: number;
                    /** @description Windows that reach until here, exclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    to?: number;
                    /** @description Most rows; the newest are kept. */
                    limit: number;
                };
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rows: ({
                                /** @description Epoch milliseconds. */
                                windowStart: number;
                                /** @description Epoch milliseconds. */
                                windowEnd: number;
                                version: number;
                                model: string;
                                sequence: number;
                                /** @description stable, warning, drift or recovering. */
                                state: string;
                                /** @description 0 to 1. */
                                likelihood: number;
                                confirmedByLabels: boolean;
                                /** @description In order of weight. */
                                evidence: {
                                    /** @description data, prediction or concept. */
                                    signal: string;
                                    detector: string;
                                    /** @description Empty for all together. */
                                    feature: string;
                                    /** @description Epoch milliseconds. */
                                    windowStart: number;
                                    /** @description Share of the likelihood, 0 to 1. */
                                    weight: number;
                                    /** @description In words. */
                                    text: string;
                                }[];
                                /** @description Epoch milliseconds. */
                                changePoint: number | null;
                                /** @description Epoch milliseconds. */
                                changePointFrom: number | null;
                                /** @description Epoch milliseconds. */
                                changePointTo: number | null;
                                /** @description none, retrain, restore, promote or reject. */
                                action: string;
                                commandId: string | null;
                                /** @description The likeliest first; empty while nothing is wrong. */
                                causes: {
                                    /** @description covariate, prior or concept; or a fault of the pipeline: swapped, renamed, unit, constant, placeholder, rounded, nulls, clock, duplicates or gap. */
                                    kind: string;
                                    /** @description Columns that change together for this cause. */
                                    columns: string[];
                                    /** @description How likely beside other kinds of drift, 0 to 1; 1 of a fault. */
                                    weight: number;
                                    /** @description Share of the rows that it is in, 0 to 1. */
                                    share: number;
                                    /** @description Where it sits, in words; empty for everywhere. */
                                    segment: string;
                                    /** @description In words. */
                                    text: string;
                                    /** @description retrain, restore, mend_source or wait_for_labels. */
                                    advice: string;
                                }[];
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/performance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How good each version was by window: every metric estimated before labels come, with bounds; the best that is known now; what labels say; and how likely the limit was missed */
        get: {
            parameters: {
                query: {
                    /** @description Windows that begin from here on, inclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    from?: number;
                    /** @description Windows that begin until here, exclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    to?: number;
                    /** @description Most rows; the newest are kept. */
                    limit: number;
                };
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rows: ({
                                /** @description Epoch milliseconds. */
                                windowStart: number;
                                /** @description Epoch milliseconds. */
                                windowEnd: number;
                                version: number;
                                /** @description live, canary or shadow. */
                                role: string;
                                answers: number;
                                labelled: number;
                                /** @description 0 to 1. */
                                labelCoverage: number;
                                /** @description 0 to 1. */
                                estimatedAccuracy: number | null;
                                /** @description 0 to 1. */
                                provisionalAccuracy: number | null;
                                /** @description 0 to 1. */
                                realisedAccuracy: number | null;
                                meanAbsoluteError: number | null;
                                rootMeanSquaredError: number | null;
                                /** @description 95 % bound of the estimate. */
                                estimatedLower?: number | null;
                                /** @description 95 % bound of the estimate. */
                                estimatedUpper?: number | null;
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/performance/outputs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same of each of several outputs: the figures that fit its role */
        get: {
            parameters: {
                query: {
                    /** @description Windows that begin from here on, inclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    from?: number;
                    /** @description Windows that begin until here, exclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    to?: number;
                    /** @description Most rows; the newest are kept. */
                    limit: number;
                };
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rows: ({
                                /** @description Epoch milliseconds. */
                                windowStart: number;
                                /** @description Epoch milliseconds. */
                                windowEnd: number;
                                version: number;
                                role: string;
                                output: string;
                                answers: number;
                                labelled: number;
                                figures: {
                                    [key: string]: number | null;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of each version */
        get: {
            parameters: {
                query: {
                    /** @description Steps by event time from here on, inclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    from?: number;
                    /** @description Steps by event time until here, exclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    to?: number;
                    /** @description Most rows; the newest are kept. */
                    limit: number;
                };
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rows: ({
                                version: number;
                                /** @description registered, candidate, rejected, canary, shadow, published or rolledBack. */
                                kind: string;
                                /** @description Epoch milliseconds. */
                                at: number;
                                /** @description Epoch milliseconds. */
                                eventTime: number;
                                /** @description Live after the step. */
                                liveVersion: number | null;
                                restoredVersion: number | null;
                                parentVersion: number | null;
                                commandId: string | null;
                                metrics: {
                                    [key: string]: number;
                                };
                                reasons: string[];
                                actor: string;
                                artifact: string;
                                sha256: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/alarm-budget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the false-alarm budgets promise, in windows and in labelled rows, and the alarms since */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rows: ({
                                /** @description What steps are counted in: windows, or labelled rows. */
                                budget: string;
                                /** @description Steps between two false alarms; 0 where nothing is watched. */
                                promised: number;
                                /** @description Steps so far. */
                                steps: number;
                                /** @description False alarms that so many steps may have. */
                                allowed: number;
                                /** @description Alarms, true ones among them. */
                                alarms: number;
                                /** @description Epoch milliseconds. */
                                lastAlarm: number | null;
                                /** @description Detectors, with the feature that they name. */
                                raisedBy: string[];
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/label-lag": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How late labels are */
        get: {
            parameters: {
                query: {
                    /** @description Most rows; the newest are kept. */
                    limit: number;
                };
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rows: ({
                                /** @description YYYY-MM-DD. */
                                day: string;
                                labels: number;
                                unmatched: number;
                                repeated: number;
                                /** @description p50, p90, p99 and max, ms. */
                                eventLagMs: {
                                    [key: string]: number | null;
                                };
                                /** @description p50, p90, p99 and max, ms. */
                                wallLagMs: {
                                    [key: string]: number | null;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The strongest evidence of each signal and feature by window; the limit is of windows */
        get: {
            parameters: {
                query: {
                    /** @description Windows that begin from here on, inclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    from?: number;
                    /** @description Windows that begin until here, exclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    to?: number;
                    /** @description Most rows; the newest are kept. */
                    limit: number;
                };
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rows: {
                                /** @description Epoch milliseconds. */
                                windowStart: number;
                                /** @description Epoch milliseconds. */
                                windowEnd: number;
                                version: number;
                                /** @description data, prediction or concept. */
                                signal: string;
                                /** @description Empty for all together. */
                                feature: string;
                                detector: string;
                                statistic: number;
                                expected: number | null;
                                threshold: number;
                                pValue: number | null;
                                /** @description What stands out, in words. */
                                detail: string;
                                /** @description 0 to 1. */
                                severity: number;
                                drifted: boolean;
                                rows: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was asked of the trainer, on which rows and why, and how far it has come */
        get: {
            parameters: {
                query: {
                    /** @description Decisions by event time from here on, inclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    from?: number;
                    /** @description Decisions by event time until here, exclusive; epoch milliseconds, or ISO 8601 with a zone. */
                    to?: number;
                    /** @description Most rows; the newest are kept. */
                    limit: number;
                };
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rows: {
                                commandId: string;
                                /** @description retrain, restore, promote or reject. */
                                action: string;
                                baseVersion: number;
                                /** @description Version to restore, promote or reject. */
                                restoreVersion: number | null;
                                /** @description Epoch milliseconds. */
                                eventTime: number;
                                /** @description Epoch milliseconds. */
                                issuedAt: number;
                                issuedBy: string;
                                /** @description Labelled rows to train on, by event time. */
                                selection: {
                                    /** @description Epoch milliseconds. */
                                    from: number;
                                    /** @description Epoch milliseconds. */
                                    to: number;
                                    weight: number;
                                    reason: string;
                                }[];
                                strategy: string;
                                reasons: string[];
                                progress: {
                                    phase: string;
                                    version: number | null;
                                    step: number;
                                    steps: number;
                                    loss: number | null;
                                    message: string;
                                    /** @description Epoch milliseconds. */
                                    at: number;
                                } | null;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/backtests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Backtests that were saved, the newest first */
        get: {
            parameters: {
                query: {
                    limit: number;
                };
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            backtests: {
                                backtestId: string;
                                /** @description Epoch milliseconds. */
                                savedAt: number;
                                /** @description Event time, epoch milliseconds. */
                                windowFrom: number;
                                /** @description Event time, epoch milliseconds. */
                                windowTo: number;
                                /** @description JSON: dotted paths of the spec and the values used instead. */
                                overrides: string;
                                trained: boolean;
                                source: string;
                                records: number;
                                alarms: number;
                                found: number | null;
                                missed: number | null;
                                falseAlarms: number | null;
                                meanDelayMs: number | null;
                                rows: number;
                                score: number | null;
                                frozenScore: number | null;
                                liveScore: number | null;
                                retrains: number;
                                published: number;
                                trainingRows: number;
                                trainingSteps: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/backtests/{backtestId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A backtest with its verdicts, and what became of its commands */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    backtestId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            backtest: {
                                backtestId: string;
                                /** @description Epoch milliseconds. */
                                savedAt: number;
                                /** @description Event time, epoch milliseconds. */
                                windowFrom: number;
                                /** @description Event time, epoch milliseconds. */
                                windowTo: number;
                                /** @description JSON: dotted paths of the spec and the values used instead. */
                                overrides: string;
                                trained: boolean;
                                source: string;
                                records: number;
                                alarms: number;
                                found: number | null;
                                missed: number | null;
                                falseAlarms: number | null;
                                meanDelayMs: number | null;
                                rows: number;
                                score: number | null;
                                frozenScore: number | null;
                                liveScore: number | null;
                                retrains: number;
                                published: number;
                                trainingRows: number;
                                trainingSteps: number;
                            };
                            /** @description Oldest first. */
                            verdicts: {
                                /** @description Event time, epoch milliseconds. */
                                windowStart: number;
                                /** @description Event time, epoch milliseconds. */
                                windowEnd: number;
                                version: number;
                                state: string;
                                likelihood: number;
                                action: string;
                            }[];
                            /** @description In the order in which they ended; none where nothing was trained. */
                            endings: {
                                commandId: string;
                                /** @description What was asked for. */
                                action: string;
                                /** @description What it became. */
                                outcome: string;
                                version: number | null;
                                /** @description Event time, epoch milliseconds. */
                                eventTime: number;
                                /** @description Log time, epoch milliseconds. */
                                endedAt: number;
                                rows: number;
                                steps: number;
                                reasons: string[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/what-if": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Settings that a what-if may be asked with, as the spec has them */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            settings: {
                                /** @description Dotted path in the spec. */
                                path: string;
                                /** @description names: a list of `choices`; limits: a list of { metric, value }, metrics of `choices`. */
                                kind: "flag" | "whole" | "number" | "text" | "names" | "versions" | "limits";
                                /** @description As the spec has it. */
                                value: unknown;
                                meaning: string;
                                choices: string[];
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Verdicts with other settings, beside those that were given
         * @description Judges again what the drift services have sketched in the last days. Settings that rows are sketched by (window.lengthMs, features) are refused: `driftloop backtest` replays rows.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Dotted paths of the spec and the values to use instead. */
                        overrides: {
                            [key: string]: unknown;
                        };
                        /** @description Event time, epoch milliseconds. */
                        from?: number;
                        /** @description Event time, epoch milliseconds. */
                        to?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model: string;
                            verdicts: {
                                /** @description Event time, epoch milliseconds. */
                                windowStart: number;
                                /** @description Event time, epoch milliseconds. */
                                windowEnd: number;
                                state: string;
                                likelihood: number;
                                action: string;
                            }[];
                            live: {
                                /** @description Event time, epoch milliseconds. */
                                windowStart: number;
                                /** @description Event time, epoch milliseconds. */
                                windowEnd: number;
                                state: string;
                                likelihood: number;
                                action: string;
                            }[];
                            retrains: {
                                /** @description Event time, epoch milliseconds. */
                                eventTime: number;
                                reasons: string[];
                            }[];
                            /** @description Windows that are judged otherwise than they were. */
                            differences: {
                                /** @description Event time, epoch milliseconds. */
                                windowStart: number;
                                /** @description Event time, epoch milliseconds. */
                                windowEnd: number;
                                live: {
                                    state: string;
                                    action: string;
                                } | null;
                                replayed: {
                                    state: string;
                                    action: string;
                                } | null;
                            }[];
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/bouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold strategies against each other on a slice of the model’s own history
         * @description Plans a study whose runs are backtests of the whole loop and differ in `retrain.strategy` alone; GET /studies/{study} has what it came to. Study workers do it: `driftloop study go-on`.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same call with the same key within a day is carried out once, and answered the same. */
                    "idempotency-key"?: string;
                };
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Names of `GET /strategies`. */
                        strategies: string[];
                        /** @description Event time, epoch milliseconds. Default: the first request. */
                        from?: number;
                        /** @description Event time, epoch milliseconds. Default: the end of the newest window that has a verdict, so that all runs see the same. */
                        to?: number;
                        /** @description Time of the log that a training run takes. Default: 0, a run takes no row. */
                        trainingMs?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Its id. */
                            study: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell the truth about earlier requests
         * @description One label, or a list of which all are taken or none.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        requestId: string;
                        /** @description Class by its index or its name, or the value of a regression. Of several targets: their values, as a list in the order of the spec or by name; of a multilabel model also the list of the labels that apply. */
                        label: number | string | (number | string)[] | {
                            [key: string]: number;
                        };
                        /** @description Epoch milliseconds, from 1970 until before 2200. Default: now. */
                        eventTime?: number;
                    } | {
                        requestId: string;
                        /** @description Class by its index or its name, or the value of a regression. Of several targets: their values, as a list in the order of the spec or by name; of a multilabel model also the list of the labels that apply. */
                        label: number | string | (number | string)[] | {
                            [key: string]: number;
                        };
                        /** @description Epoch milliseconds, from 1970 until before 2200. Default: now. */
                        eventTime?: number;
                    }[];
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            requestId: string;
                        } | {
                            labels: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a prediction
         * @description Puts the request onto Kafka. Answers 202 once Kafka has it, or with wait (or `Prefer: wait=`) 200 with the answer, where it comes in time. Ask for it later by its id.
         */
        post: {
            parameters: {
                query?: {
                    /** @description Milliseconds to wait for the answer; the header `Prefer: wait=<seconds>` does the same. Default: it is not waited for. */
                    wait?: number;
                };
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Default: a new one. */
                        requestId?: string;
                        /** @description Epoch milliseconds, from 1970 until before 2200. Default: now. */
                        eventTime?: number;
                        /** @description One per feature of the model's spec, in its order; null is a missing value. */
                        features?: (number | null)[];
                        /** @description Instead of features: values by the names of the spec; texts where it names the categories or has free text, lists of numbers where it has an embedding. Other names are passed over. */
                        columns?: {
                            [key: string]: number | string | boolean | (never | null) | (number | null)[];
                        };
                        /** @description What the system that serves the model has answered, where others serve it. */
                        answer?: {
                            /** @description Class by its index or its name, or the value of a regression. */
                            predicted?: number | string;
                            /** @description Probabilities by class, or the one of class 1; of several outputs each, in the order of the spec. */
                            outputs?: number[];
                            /** @description Version that answered. */
                            version?: string;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            requestId: string;
                            status: "waiting" | "answered" | "refused";
                            answer?: {
                                /** @description Version that answered. */
                                version: number;
                                /** @description live or canary. */
                                role: string;
                                /** @description Class index, or the value of a regression; of several outputs the first. */
                                predicted: number;
                                /** @description Name of the class, where the spec names them. */
                                className?: string;
                                /** @description Probabilities by class, the value of a regression, or several outputs. */
                                outputs: number[];
                                /** @description Several outputs by their names. */
                                named?: {
                                    [key: string]: number;
                                };
                                /** @description Epoch milliseconds. */
                                servedAt: number;
                            };
                            refusal?: {
                                /** @description Stable code, see docs/errors.md. */
                                code: string;
                                reason: string;
                            };
                            label?: {
                                /** @description Class index, or the value of a regression; of several targets the first. */
                                label: number;
                                className?: string;
                                /** @description Values of several targets by their names. */
                                named?: {
                                    [key: string]: number;
                                };
                                /** @description Epoch milliseconds. */
                                eventTime: number;
                            };
                        };
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            requestId: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/requests/{requestId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of a request: answer, version, class, and its label once it is there */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    requestId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            requestId: string;
                            status: "waiting" | "answered" | "refused";
                            answer?: {
                                /** @description Version that answered. */
                                version: number;
                                /** @description live or canary. */
                                role: string;
                                /** @description Class index, or the value of a regression; of several outputs the first. */
                                predicted: number;
                                /** @description Name of the class, where the spec names them. */
                                className?: string;
                                /** @description Probabilities by class, the value of a regression, or several outputs. */
                                outputs: number[];
                                /** @description Several outputs by their names. */
                                named?: {
                                    [key: string]: number;
                                };
                                /** @description Epoch milliseconds. */
                                servedAt: number;
                            };
                            refusal?: {
                                /** @description Stable code, see docs/errors.md. */
                                code: string;
                                reason: string;
                            };
                            label?: {
                                /** @description Class index, or the value of a regression; of several targets the first. */
                                label: number;
                                className?: string;
                                /** @description Values of several targets by their names. */
                                named?: {
                                    [key: string]: number;
                                };
                                /** @description Epoch milliseconds. */
                                eventTime: number;
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/retrain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retrain now on the newest labelled data
         * @description Sends a retrain command; follow it on training.progress. The gate still decides whether the result goes live, or into shadow.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same call with the same key within a day is carried out once, and answered the same. */
                    "idempotency-key"?: string;
                };
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why; kept in the history. */
                        reason: string;
                        /** @description Who asks, where the caller is not known by name: a token or a login counts before it. Default: gateway. */
                        actor?: string;
                        /** @description What becomes of a candidate that passes the gate. publish: it is live at once. shadow: it answers in shadow until the rows that come prove it better, or not. Default: publish. */
                        rollout?: "publish" | "shadow";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            commandId: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring an earlier version back */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same call with the same key within a day is carried out once, and answered the same. */
                    "idempotency-key"?: string;
                };
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Default: the version that was live before. */
                        to?: number;
                        /** @description Why; kept in the history. */
                        reason: string;
                        /** @description Who asks, where the caller is not known by name: a token or a login counts before it. Default: gateway. */
                        actor?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            live: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a version on trial a step on
         * @description From shadow to canary where the spec has a canaryShare, and live; or where it is asked for.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same call with the same key within a day is carried out once, and answered the same. */
                    "idempotency-key"?: string;
                };
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Default: the version in shadow, or else the canary. */
                        version?: number;
                        to?: "shadow" | "canary" | "live";
                        /** @description Why; kept in the history. */
                        reason: string;
                        /** @description Who asks, where the caller is not known by name: a token or a login counts before it. Default: gateway. */
                        actor?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            version: number;
                            is: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a version on trial up */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same call with the same key within a day is carried out once, and answered the same. */
                    "idempotency-key"?: string;
                };
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Default: the version in shadow, or else the canary. */
                        version?: number;
                        /** @description Why; kept in the history. */
                        reason: string;
                        /** @description Who asks, where the caller is not known by name: a token or a login counts before it. Default: gateway. */
                        actor?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rejected: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/commands/{commandId}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that the trainer said of a command, oldest first; nothing before it has begun */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    commandId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            reports: {
                                phase: string;
                                version: number | null;
                                step: number;
                                /** @description 0 where unknown. */
                                steps: number;
                                loss: number | null;
                                metrics: {
                                    [key: string]: number;
                                };
                                message: string;
                                /** @description Epoch milliseconds. */
                                at: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{model}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What persons wrote down about a model and what is of it, the newest first */
        get: {
            parameters: {
                query: {
                    /** @description What of the model it is about. */
                    about?: "model" | "version" | "window" | "verdict" | "run";
                    /** @description Which: a version's number, the begin of a window in epoch milliseconds, a verdict's sequence, the id of a run's command; empty for the model itself. */
                    subject?: string;
                    limit: number;
                };
                header?: never;
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            notes: {
                                noteId: string;
                                /** @description What of the model it is about. */
                                about: "model" | "version" | "window" | "verdict" | "run";
                                /** @description Which: a version's number, the begin of a window in epoch milliseconds, a verdict's sequence, the id of a run's command; empty for the model itself. */
                                subject: string;
                                text: string;
                                author: string;
                                /** @description Epoch milliseconds. */
                                at: number;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        /** Write something down about a model; notes are added and never changed */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same call with the same key within a day is carried out once, and answered the same. */
                    "idempotency-key"?: string;
                };
                path: {
                    model: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description What of the model it is about. */
                        about: "model" | "version" | "window" | "verdict" | "run";
                        /** @description Which: a version's number, the begin of a window in epoch milliseconds, a verdict's sequence, the id of a run's command; empty for the model itself. */
                        subject?: string;
                        text: string;
                        /** @description Who asks, where the caller is not known by name: a token or a login counts before it. Default: gateway. */
                        actor?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            noteId: string;
                            /** @description What of the model it is about. */
                            about: "model" | "version" | "window" | "verdict" | "run";
                            /** @description Which: a version's number, the begin of a window in epoch milliseconds, a verdict's sequence, the id of a run's command; empty for the model itself. */
                            subject: string;
                            text: string;
                            author: string;
                            /** @description Epoch milliseconds. */
                            at: number;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: never;
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
