// SPDX-License-Identifier: Apache-2.0
// Events as node-opcua hears them: what filters select, which events they let through, what is told of lost ones.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { identityOf, makeClient, withOperator } from "./client.js";
import { eventually, sleep, withServer } from "./server.js";
import { Watch } from "./watch.js";
import {
    AttributeIds,
    ContentFilter,
    DataType,
    ElementOperand,
    EventFilter,
    FilterOperator,
    LiteralOperand,
    ObjectIds,
    ObjectTypeIds,
    SimpleAttributeOperand,
    TimestampsToReturn,
    coerceNodeId,
} from "node-opcua-client";

const SERVER = coerceNodeId(ObjectIds.Server);
const WRITE = ObjectTypeIds.AuditWriteUpdateEventType;
const OVERFLOW = ObjectTypeIds.EventQueueOverflowEventType;

const field = (name, type = ObjectTypeIds.BaseEventType) =>
    new SimpleAttributeOperand({
        typeDefinitionId: coerceNodeId(type),
        browsePath: [{ name }],
        attributeId: AttributeIds.Value,
    });
const literal = (dataType, value) => new LiteralOperand({ value: { dataType, value } });
const element = (index) => new ElementOperand({ index });

/** The fields EventType and NewValue of events that pass [[operator, ...operands], ...]. */
const filter = (...elements) =>
    new EventFilter({
        selectClauses: [field("EventType"), field("NewValue")],
        whereClause: new ContentFilter({
            elements: elements.map(([filterOperator, ...filterOperands]) => ({ filterOperator, filterOperands })),
        }),
    });

const ofWrites = [FilterOperator.OfType, literal(DataType.NodeId, coerceNodeId(WRITE))];

/** An item of the Server object's events; what came grows in `events`: [type, new value]. */
async function listen(watch, wanted, queueSize = 100) {
    const item = await watch.subscription.monitor(
        { nodeId: SERVER, attributeId: AttributeIds.EventNotifier },
        { samplingInterval: 0, queueSize, discardOldest: true, filter: wanted },
        TimestampsToReturn.Neither,
    );
    item.events = [];
    item.on("changed", ([type, value]) => item.events.push([Number(type.value.value), value.value]));
    return item;
}

const values = (item) => item.events.filter(([type]) => type === WRITE).map(([, value]) => value);

/** Runs `use(watch, write)` for an administrator; write(...) sets JpegQuality as somebody else. */
const withAdministrator = (use, publishing = 50) =>
    withServer(["sim:"], "", async (server) => {
        const client = makeClient();
        await client.connect(server.url());
        try {
            const session = await client.createSession(identityOf("administrator"));
            await withOperator(server, async (camera) => {
                const write = async (...list) => {
                    for (const value of list)
                        assert.equal(await camera.write("Settings/JpegQuality", DataType.Byte, value), "Good");
                };
                await use(await Watch.open(session, publishing), write);
            });
            await session.close();
        } finally {
            await client.disconnect();
        }
    });

describe("events", () => {
    test("pass content filters", () =>
        withAdministrator(async (watch, write) => {
            const all = await listen(watch, filter(ofWrites));
            const some = await listen(
                watch,
                filter(
                    [FilterOperator.And, element(1), element(2)],
                    ofWrites,
                    [FilterOperator.Or, element(3), element(4)],
                    [FilterOperator.Between, field("NewValue"), literal(DataType.Int32, 60), literal(DataType.Double, 69.5)],
                    [FilterOperator.InList, field("NewValue"), literal(DataType.Byte, 80), literal(DataType.String, "81")],
                ),
            );
            const none = await listen(watch, filter([FilterOperator.IsNull, field("EventId")]));
            await write(59, 60, 69, 70, 80, 81, 82);
            await eventually(() => all.events.length === 7, "all writes");
            assert.deepEqual(values(all), [59, 60, 69, 70, 80, 81, 82]);
            assert.deepEqual(values(some), [60, 69, 80, 81]);
            assert.deepEqual(none.events, []);
        }));

    test("pass another filter from when it is set", () =>
        withAdministrator(async (watch, write) => {
            const item = await listen(watch, filter(ofWrites));
            await write(50);
            await eventually(() => item.events.length === 1, "the first write");
            const high = [FilterOperator.GreaterThan, field("NewValue"), literal(DataType.Byte, 60)];
            await item.modify({ samplingInterval: 0, queueSize: 10, discardOldest: true, filter: filter(high) });
            await write(51, 61);
            await eventually(() => item.events.length === 2, "the third write");
            assert.deepEqual(values(item), [50, 61]);
        }));

    test("that are lost are told of", () =>
        withAdministrator(async (watch, write) => {
            const item = await listen(watch, filter(ofWrites), 2);
            await write(50, 51, 52, 53, 54, 55, 56, 57, 58, 59);
            await eventually(() => item.events.length >= 3, "the newest writes");
            assert.ok(item.events.some(([type]) => type === OVERFLOW));
            assert.equal(values(item).at(-1), 59);
        }, 1000));

    test("of what others do are for administrators", () =>
        withServer(["sim:"], "", (server) =>
            withOperator(server, async (camera) => {
                const item = await listen(await Watch.open(camera.session), filter(ofWrites));
                assert.equal(await camera.write("Settings/JpegQuality", DataType.Byte, 50), "Good");
                await sleep(300);
                assert.deepEqual(item.events, []);
            }),
        ));
});
